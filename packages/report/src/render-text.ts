import type { Line, TextOptions } from './lines.ts'
import { blank, plainLine, print } from './lines.ts'
import { summaryLine } from './summary-line.ts'
import { blockLines } from './text-block.ts'
import { headLines, legendLines } from './text-head.ts'
import { rollLines } from './text-rolls.ts'
import { hasErrors, refusalExit } from './verdict.ts'
import type { OutputView, PlanView } from './view.ts'

/** A plan for a terminal of 80 to 200 columns: one screen first, then the details; the last line is the counts. */
export const renderText = (view: PlanView, options: TextOptions & { readonly verbose: boolean }): string => {
  const details = view.units.flatMap((unit) => blockLines(unit, options.verbose))
  const lines = [
    ...headLines(view),
    ...rollLines(view, options.verbose),
    ...(details.length === 0 ? [] : [...legendLines(view), ...details]),
    ...outputLines(view.outputs),
  ]
  return `${print([...lines, blank, ...refusedLines(view), plainLine(summaryLine(view))], options)}\n`
}

const symbols: Readonly<Record<OutputView['action'], string>> = { create: '+', update: '~', delete: '-' }

const outputLines = (outputs: readonly OutputView[]): readonly Line[] =>
  outputs.length === 0 ? [] : [blank, plainLine('Changes to outputs:'), ...outputs.map(outputLine)]

const outputLine = ({ name, action, before, after }: OutputView): Line => {
  const style = action === 'create' ? 'add' : action === 'update' ? 'change' : 'destroy'
  const text = action === 'create' ? after : action === 'delete' ? `${before} -> (removed)` : `${before} -> ${changedText(before, after)}`
  return { lead: `  ${symbols[action]} `, style, text: `${name}: ${text}`, hang: 6 }
}

const changedText = (before: string, after: string): string =>
  before === after && after === '(sensitive)' ? '(sensitive, changed)' : after

const refusedLines = (view: PlanView): readonly Line[] => {
  const { refusals } = view
  const kinds = [...new Set(refusals.map(({ kind }) => kind))].join(', ')
  return [
    ...(refusals.length === 0
      ? []
      : [ending('Apply will be refused', ` with exit ${refusalExit(refusals)}: ${kinds}. The remedy stands above.`)]),
    ...(hasErrors(view) ? [ending('Apply will not start', ' (exit 1) while the error above stands. It looks again.')] : []),
  ]
}

const ending = (lead: string, text: string): Line => ({ lead, style: 'danger', text, hang: 4 })
