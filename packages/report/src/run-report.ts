import type { RunResult } from '@forgeplan/model'
import { applyCommand, planCommandOf } from './command.ts'
import { elapsedText } from './elapsed.ts'
import { clip, escapeText } from './escape.ts'
import type { Line, TextOptions } from './lines.ts'
import { blank, plainLine, print } from './lines.ts'
import type { ErrorCount, Progress } from './progress.ts'
import type { UnitProgress } from './unit-progress.ts'

/** What a run has come to: units, errors with counts, the next command; the last line in Terraform's wording. */
export const runReport = (progress: Progress, options: TextOptions & { readonly planFile: string | null }): string => {
  const result = resultOf(progress)
  const last: Line = { lead: lastLine(progress, result), style: result === 'done' ? 'add' : 'danger', text: '', hang: 0 }
  const lines = result === 'done' ? [last] : [...troubleLines(progress, result, options.planFile), last]
  return `${print([blank, ...lines], options)}\n`
}

// A run whose end was never told was cut off.
const resultOf = ({ ended, interrupted }: Progress): RunResult => ended?.result ?? (interrupted ? 'interrupted' : 'failed')

const unitLimit = 30

const troubleLines = (progress: Progress, result: RunResult, planFile: string | null): readonly Line[] => {
  const units = progress.units.flat().filter((unit) => unit.done < unit.total)
  const whole = progress.units.flat().length - units.length
  const errors = [...progress.errors.values()]
  const failure = progress.ended?.failure ?? null
  return [
    ...units.slice(0, unitLimit).map(unitLine),
    ...(units.length > unitLimit ? [plainLine(`  ... ${units.length - unitLimit} more units are not finished`)] : []),
    ...(whole > 0 ? [plainLine(`  ${whole} other ${whole === 1 ? 'unit is' : 'units are'} done`)] : []),
    ...(progress.doneBefore > 0 ? [plainLine(`  ${progress.doneBefore} steps were done by an earlier run of this plan`)] : []),
    ...(errors.length > 0 ? [blank, ...errors.map(errorLine)] : []),
    ...(progress.moreErrors > 0 ? [plainLine(`  ... ${progress.moreErrors} more errors in other words`)] : []),
    ...(failure === null || errors.some(({ message }) => message === failure.message)
      ? []
      : [errorLine({ ...failure, address: null, count: 1 })]),
    blank,
    plainLine(nextStep(progress, result, planFile)),
  ]
}

const unitLine = ({ unit, total, done, failed, partial, notStarted }: UnitProgress): Line => {
  const parts = [
    `${done} of ${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(partial > 0 ? [`${partial} begun and not finished`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
  ]
  return { lead: `  ${escapeText(unit)}: `, style: failed > 0 ? 'danger' : 'warn', text: parts.join(', '), hang: 6 }
}

const errorLine = ({ address, kind, message, count }: Omit<ErrorCount, 'address'> & { readonly address: string | null }): Line => {
  const at = address === null ? '' : `${escapeText(address)}: `
  const times = count > 1 ? ` (and ${count - 1} more like it)` : ''
  return { lead: '  Error: ', style: 'danger', text: `${at}${clip(escapeText(message), 1000)} (${kind})${times}`, hang: 9 }
}

const nextStep = ({ plan }: Progress, result: RunResult, planFile: string | null): string => {
  const header = { stack: escapeText(plan.stack), mode: plan.mode, targets: plan.targets.map(escapeText) }
  const again = applyCommand(header, planFile)
  switch (result) {
    case 'stale':
      return `The world has changed since this plan was made. Plan again: ${planCommandOf(header)}`
    case 'interrupted':
      return `What was begun is written down. To go on: ${again}`
    case 'failed':
    case 'partial':
      return `What succeeded is kept. When the cause is mended, go on with: ${again}`
    case 'done':
      return ''
    default:
      return result satisfies never
  }
}

const lastLine = ({ counts, plan, ended }: Progress, result: RunResult): string => {
  const { added, changed, destroyed, failed, skipped } = counts
  if (result === 'done' && plan.mode === 'destroy') return `Destroy complete! Resources: ${destroyed} destroyed.`
  if (result === 'done') return `Apply complete! Resources: ${added} added, ${changed} changed, ${destroyed} destroyed.`
  const verb = plan.mode === 'destroy' ? 'Destroy' : 'Apply'
  const how = result === 'interrupted' ? 'interrupted' : 'failed'
  const after = ended === null ? '' : ` after ${elapsedText(ended.elapsedMs)}`
  return `${verb} ${how}: ${added} added, ${changed} changed, ${destroyed} destroyed; steps: ${failed} failed, ${skipped} not started${after}.`
}
