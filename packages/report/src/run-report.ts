import type { RunResult } from '@forgeplan/model'
import { applyCommand, planCommandOf, shellWord } from './command.ts'
import { elapsedText } from './elapsed.ts'
import { clip, escapeText } from './escape.ts'
import type { Line, TextOptions } from './lines.ts'
import { blank, plainLine, print } from './lines.ts'
import type { ErrorCount, Progress } from './progress.ts'
import type { UnitProgress } from './unit-progress.ts'

export interface ReportOptions extends TextOptions {
  /** The saved plan, as the user named it. */
  readonly planFile: string | null
  /** Words beside the command that the next one needs again, such as `-C` and a folder; the environment is in the stack. */
  readonly given?: readonly string[]
  /** The revision to go back to; null or absent: there is none. */
  readonly back?: number | null
}

/** What a run has come to: units, errors with counts, the next command; the last line in Terraform's wording. */
export const runReport = (progress: Progress, options: ReportOptions): string => {
  const result = resultOf(progress)
  const last = lastLine(progress, result)
  const lines = result === 'done' ? [last] : [...troubleLines(progress), last, ...nextLines(progress, result, options)]
  return `${print([blank, ...lines], options)}\n`
}

// A run whose end was never told was cut off.
const resultOf = ({ ended, interrupted }: Progress): RunResult => ended?.result ?? (interrupted ? 'interrupted' : 'failed')

const unitLimit = 30

const troubleLines = (progress: Progress): readonly Line[] => {
  const units = progress.units.flat().filter((unit) => unit.done < unit.total || unit.gatesLeft > 0)
  const whole = progress.units.flat().length - units.length
  const errors = [...progress.errors.values()]
  const failure = progress.ended?.failure ?? null
  return [
    ...units.slice(0, unitLimit).map(unitLine),
    ...(units.length > unitLimit ? [plainLine(`  ... ${units.length - unitLimit} more units are not finished`)] : []),
    ...(whole > 0 && units.length > 0 ? [plainLine(`  ${whole} other ${whole === 1 ? 'unit is' : 'units are'} done`)] : []),
    ...(progress.doneBefore > 0 ? [plainLine(`  ${progress.doneBefore} steps were done by an earlier run of this plan`)] : []),
    ...(errors.length > 0 ? [blank, ...errors.map(errorLine)] : []),
    ...(progress.moreErrors > 0 ? [plainLine(`  ... ${progress.moreErrors} more errors in other words`)] : []),
    // What the run is remembered by often says in more words what stands above.
    ...(failure === null || errors.some(({ message }) => failure.message.includes(message))
      ? []
      : [errorLine({ ...failure, address: null, count: 1 })]),
    blank,
  ]
}

// A command is not wrapped, so that it can be copied.
const nextLines = (progress: Progress, result: Exclude<RunResult, 'done'>, options: ReportOptions): readonly Line[] => [
  blank,
  { lead: nextStep(progress, result, options), style: null, text: '', hang: 0 },
]

const unitLine = ({ unit, total, done, failed, partial, notStarted, gatesLeft, stopped }: UnitProgress): Line => {
  const parts = [
    `${done} of ${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(partial > 0 ? [`${partial} begun and not finished`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
    ...(stopped ? ['did not become healthy'] : done === total && gatesLeft > 0 ? ['not known to be healthy'] : []),
  ]
  return { lead: `  ${escapeText(unit)}: `, style: failed > 0 || stopped ? 'danger' : 'warn', text: parts.join(', '), hang: 6 }
}

const errorLine = ({ address, kind, message, count }: Omit<ErrorCount, 'address'> & { readonly address: string | null }): Line => {
  const at = address === null ? '' : `${escapeText(address)}: `
  const times = count > 1 ? ` (and ${count - 1} more like it)` : ''
  return { lead: '  Error: ', style: 'danger', text: `${at}${clip(escapeText(message), 1000)} (${kind})${times}`, hang: 9 }
}

const nextStep = ({ plan }: Progress, result: Exclude<RunResult, 'done'>, { planFile, given = [] }: ReportOptions): string => {
  const { mode, revision = null } = plan
  const header = { stack: escapeText(plan.stack), mode, targets: plan.targets.map(escapeText), revision }
  const words = given.map((word) => shellWord(escapeText(word)))
  const again = applyCommand(header, planFile === null ? null : escapeText(planFile), ...words)
  switch (result) {
    case 'stale':
      return `The world has changed since this plan was made. Plan again: ${planCommandOf(header, ...words)}`
    case 'interrupted':
      return `What was begun is written down. To go on: ${again}`
    case 'failed':
    case 'partial':
      return `What succeeded is kept. When the cause is mended, go on with: ${again}`
    default:
      return result satisfies never
  }
}

const lastLine = ({ counts, plan, ended }: Progress, result: RunResult): Line => {
  const { added, changed, destroyed, failed, skipped } = counts
  const verb = plan.mode === 'destroy' ? 'Destroy' : 'Apply'
  const resources = `${added} added, ${changed} changed, ${destroyed} destroyed`
  if (result === 'done') {
    const lead = `${verb} complete! Resources: ${plan.mode === 'destroy' ? `${destroyed} destroyed` : resources}.`
    return { lead, style: 'add', text: '', hang: 0 }
  }
  const how = result === 'interrupted' ? 'interrupted' : 'failed'
  const after = ended === null ? '' : ` after ${elapsedText(ended.elapsedMs)}`
  return {
    lead: `${verb} ${how}:`,
    style: 'danger',
    text: ` ${resources}; steps: ${failed} failed, ${skipped} not started${after}.`,
    hang: 4,
  }
}
