import type { JournalRecord, RunResult, Uid } from '@forgeplan/model'
import { isoTime } from './elapsed.ts'
import { clip, escapeText, visibleJson } from './escape.ts'

/** One run, as the journal keeps it. `at` is milliseconds since 1970. */
export interface PastRun {
  readonly revision: number
  readonly plan: string
  readonly at: number
  readonly command: string
  readonly message: string | null
  /** Null while it runs, or for ever if it was killed. */
  readonly result: RunResult | null
}

/** Objects that a run finished with. */
export interface RunTally {
  readonly added: number
  readonly changed: number
  readonly destroyed: number
  readonly imported: number
}

/** What each run of the journal did, in order of the runs. */
export const talliesOf = (records: Iterable<JournalRecord>): readonly RunTally[] => {
  const tallies: RunTally[] = []
  const begun = new Map<Uid, keyof RunTally>()
  const count = (what: keyof RunTally): void => {
    const last = tallies.at(-1)
    if (last !== undefined) tallies[tallies.length - 1] = { ...last, [what]: last[what] + 1 }
  }
  for (const { entry } of records) {
    if (entry.kind === 'run-began') tallies.push({ added: 0, changed: 0, destroyed: 0, imported: 0 })
    else if (entry.kind === 'create-began') begun.set(entry.uid, entry.began.verb === 'mark' ? 'imported' : 'added')
    else if (entry.kind === 'change-began') begun.set(entry.uid, entry.began.verb === 'delete' ? 'destroyed' : 'changed')
    else if (entry.kind === 'applied') count(begun.get(entry.uid) ?? 'changed')
    else if (entry.kind === 'gone' && begun.get(entry.uid) === 'destroyed') count('destroyed')
  }
  return tallies
}

/** The runs, newest first, one line each and its message below. */
export const historyText = (runs: readonly PastRun[], tallies: readonly RunTally[]): string => {
  if (runs.length === 0) return 'No runs yet.\n'
  const rows = runs.map((run, at) => ({ cells: cellsOf(run, tallies[at]), message: run.message })).toReversed()
  const head = ['REVISION', 'WHEN', 'COMMAND', 'RESULT', 'OBJECTS']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(({ cells }) => (cells[i] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()}\n`
  const body = rows.map(
    ({ cells, message }) =>
      line(cells) + (message === null ? '' : `${' '.repeat((widths[0] ?? 0) + 2)}${clip(escapeText(message), 500)}\n`),
  )
  return `${line(head)}${body.join('')}`
}

/** The runs as JSON, oldest first. */
export const historyJson = (runs: readonly PastRun[], tallies: readonly RunTally[]): string => {
  const revisions = runs.map(({ revision, plan, at, command, message, result }, i) => ({
    revision,
    plan,
    at: isoTime(at),
    command,
    message,
    result,
    ...(tallies[i] ?? nothing),
  }))
  return `${visibleJson(JSON.stringify({ format: 'forge.history/v1', revisions }, null, 2))}\n`
}

const nothing: RunTally = { added: 0, changed: 0, destroyed: 0, imported: 0 }

const cellsOf = (run: PastRun, tally: RunTally = nothing): readonly string[] => [
  String(run.revision),
  isoTime(run.at)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z'),
  clip(escapeText(run.command), 40),
  run.result ?? 'not ended',
  tallyText(tally),
]

const tallyText = ({ added, changed, destroyed, imported }: RunTally): string => {
  const parts = [
    [imported, '<-'],
    [added, '+'],
    [changed, '~'],
    [destroyed, '-'],
  ] as const
  const text = parts.flatMap(([count, symbol]) => (count === 0 ? [] : [`${symbol}${String(count)}`])).join(' ')
  return text === '' ? 'none' : text
}
