import type { RunResult } from '@forgeplan/model'
import { applyCommand, planCommandOf, shellWord, undoCommand } from './command.ts'
import { elapsedText } from './elapsed.ts'
import { clip, escapeText } from './escape.ts'
import type { Line, TextOptions } from './lines.ts'
import { blank, plainLine, print } from './lines.ts'
import type { ErrorCount, Progress } from './progress.ts'
import { isOnlyAsked, missingApprovals, rollEndLines } from './roll-end-text.ts'
import { stoppedRolls } from './roll-end.ts'
import { resourcesText } from './summary-line.ts'
import type { UnitProgress } from './unit-progress.ts'
import type { PlanView } from './view.ts'

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
  const rolls = stoppedRolls(progress)
  return [
    ...units.slice(0, unitLimit).flatMap((unit) => [unitLine(unit), ...rollEndLines(unit, rolls.get(unit.unit))]),
    ...(units.length > unitLimit ? [plainLine(`  ... ${units.length - unitLimit} more units are not finished`)] : []),
    ...(whole > 0 && units.length > 0 ? [plainLine(`  ${whole} other ${whole === 1 ? 'unit is' : 'units are'} done`)] : []),
    ...(progress.doneBefore > 0 ? [plainLine(`  ${progress.doneBefore} steps were done by an earlier run of this plan`)] : []),
    ...(errors.length > 0 ? [blank, ...errors.map(errorLine)] : []),
    ...(progress.moreErrors > 0 ? [plainLine(`  ... ${progress.moreErrors} more errors in other words`)] : []),
    // What the run is remembered by often says in more words what stands above.
    ...(failure === null || told(progress).some((message) => failure.message.includes(message))
      ? []
      : [errorLine({ ...failure, address: null, count: 1 })]),
    blank,
  ]
}

const told = ({ errors, units }: Progress): readonly string[] => [
  ...[...errors.values()].map(({ message }) => message),
  ...units.flat().flatMap(({ stop }) => stop?.why ?? []),
]

// A command is not wrapped, so that it can be copied.
const nextLines = (progress: Progress, result: Exclude<RunResult, 'done'>, options: ReportOptions): readonly Line[] => {
  const back = result === 'stale' || stoppedRolls(progress).size === 0 ? null : wayBack(progress, options)
  return [blank, whole(nextStep(progress, result, options)), ...(back === null ? [] : [whole(back)])]
}

const whole = (text: string): Line => ({ lead: text, style: null, text: '', hang: 0 })

const unitLine = (unit: UnitProgress): Line => {
  const { total, done, failed, partial, notStarted, stop } = unit
  const parts = [
    `${done} of ${total} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(partial > 0 ? [`${partial} begun and not finished`] : []),
    ...(notStarted > 0 ? [`${notStarted} not started`] : []),
    ...healthText(unit),
  ]
  const isBad = failed > 0 || (stop !== null && stop.cause !== 'unapproved')
  return { lead: `  ${escapeText(unit.unit)}: `, style: isBad ? 'danger' : 'warn', text: parts.join(', '), hang: 6 }
}

const healthText = ({ stop, done, total, gatesLeft }: UnitProgress): readonly string[] => {
  if (stop !== null) return [stop.cause === 'unapproved' ? 'waits for approval' : 'did not become healthy']
  return done === total && gatesLeft > 0 ? ['not known to be healthy'] : []
}

const errorLine = ({ address, kind, message, count }: Omit<ErrorCount, 'address'> & { readonly address: string | null }): Line => {
  const at = address === null ? '' : `${escapeText(address)}: `
  const times = count > 1 ? ` (and ${count - 1} more like it)` : ''
  return { lead: '  Error: ', style: 'danger', text: `${at}${clip(escapeText(message), 1000)} (${kind})${times}`, hang: 9 }
}

const headerOf = ({ plan }: Progress): Pick<PlanView['header'], 'stack' | 'mode' | 'targets' | 'revision'> => ({
  stack: escapeText(plan.stack),
  mode: plan.mode,
  targets: plan.targets.map(escapeText),
  revision: plan.revision ?? null,
})

const nextStep = (progress: Progress, result: Exclude<RunResult, 'done'>, { planFile, given = [] }: ReportOptions): string => {
  const header = headerOf(progress)
  const words = given.map((word) => shellWord(escapeText(word)))
  const file = planFile === null ? null : escapeText(planFile)
  const approvals = missingApprovals(progress).filter((name) => !given.includes(name))
  const again = applyCommand(header, file, ...words, ...approvals.flatMap((name) => ['--approve', shellWord(name)]))
  switch (result) {
    case 'stale':
      return `The world has changed since this plan was made. Plan again: ${planCommandOf(header, ...words)}`
    case 'interrupted':
      return `What was begun is written down. To go on: ${again}`
    case 'failed':
    case 'partial':
      if (isOnlyAsked(progress)) return `Nothing has failed. To agree and go on: ${again}`
      return `What succeeded is kept. When the cause is mended, go on with: ${again}`
    default:
      return result satisfies never
  }
}

const wayBack = (progress: Progress, { back = null, given = [] }: ReportOptions): string | null => {
  if (back === null || progress.plan.mode !== 'normal') return null
  const words = placeWords(given).map((word) => shellWord(escapeText(word)))
  return `To go back instead: ${undoCommand(headerOf(progress), back, ...words)}`
}

// What was agreed to or lifted for this plan is not said for another one.
const placeWords = (given: readonly string[]): readonly string[] =>
  given.filter((word, at) => !ofThisPlan.has(word) && !ofThisPlan.has(given[at - 1] ?? ''))

const ofThisPlan: ReadonlySet<string> = new Set(['--approve', '--override', '--max-destroy', '--accept-vanished'])

const lastLine = (progress: Progress, result: RunResult): Line => {
  const { counts, plan, ended } = progress
  const { failed, skipped, destroyed } = counts
  const verb = plan.mode === 'destroy' ? 'Destroy' : 'Apply'
  const resources = resourcesText(counts)
  if (result === 'done') {
    const lead = `${verb} complete! Resources: ${plan.mode === 'destroy' ? `${destroyed} destroyed` : resources}.`
    return { lead, style: 'add', text: '', hang: 0 }
  }
  const how = result === 'interrupted' ? 'interrupted' : isOnlyAsked(progress) ? 'stopped' : 'failed'
  const after = ended === null ? '' : ` after ${elapsedText(ended.elapsedMs)}`
  return {
    lead: `${verb} ${how}:`,
    style: 'danger',
    // A gate that nobody agreed to counts as a step that failed, and nothing has.
    text: ` ${resources}; steps: ${isOnlyAsked(progress) ? '' : `${failed} failed, `}${skipped} not started${after}.`,
    hang: 4,
  }
}
