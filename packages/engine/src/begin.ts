import type { Context, Desired, JournalEntry, Lineage, Observation, Plan, Row, Unit, UnitName } from '@forgeplan/model'
import { canonicalJson, contextId, sameValue } from '@forgeplan/model'
import type { Start } from './run.ts'

export const unitsOf = (desired: Desired): ReadonlyMap<UnitName, Unit> => new Map(desired.units.map((unit) => [unit.name, unit]))

interface Beginning {
  readonly plan: Plan
  readonly start: Start
  readonly lineage: Lineage
  readonly command: string
  readonly message: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What a run journals before its first step, in one append. */
export const beginEntries = (beginning: Beginning): readonly JournalEntry[] => {
  const { plan, start, lineage, at, command, message } = beginning
  const founded: readonly JournalEntry[] = start.state.lineage === null ? [{ kind: 'founded', lineage, stack: plan.stack, at }] : []
  const began: JournalEntry = {
    kind: 'run-began',
    plan: plan.id,
    at,
    command,
    config: canonicalJson(plan.desired),
    ...(message === null ? {} : { message }),
  }
  return [...founded, began, ...newContexts(beginning), ...movedEntries(beginning), ...observedEntries(beginning)]
}

const newContexts = ({ plan, start }: Beginning): readonly JournalEntry[] =>
  Object.keys(plan.contexts)
    .map((id) => contextId(id))
    .filter((id) => !start.state.contexts.has(id))
    .map((id): JournalEntry => ({ kind: 'context', id, context: plan.contexts[id] as Context }))

// Going on with a plan, its renames are already in the journal.
const movedEntries = ({ plan, start }: Beginning): readonly JournalEntry[] =>
  plan.renamed.flatMap(({ uid, to, context }): readonly JournalEntry[] => {
    const row = start.state.rows.get(uid)
    const there = row === undefined || (row.address === to && row.context === context && row.phase.kind !== 'released')
    return there ? [] : [{ kind: 'moved', uid, to, context }]
  })

// Where refreshing is the whole job; otherwise each step journals what it saw together with its own `began`.
const observedEntries = ({ plan, start }: Beginning): readonly JournalEntry[] =>
  start.observed === null || plan.mode !== 'refresh-only'
    ? []
    : [...start.state.rows.values()].flatMap((row) => newsOf(row, start.observed?.objects.get(row.uid)))

/** The entry about what was just seen of an object, if its row does not know it yet. */
export const newsOf = (row: Row, seen: Observation | undefined): readonly JournalEntry[] => {
  if (seen?.kind !== 'present' || row.phase.kind === 'creating') return []
  const same = seen.id === row.id && sameValue(seen.outputs, row.outputs)
  return same ? [] : [{ kind: 'observed', uid: row.uid, id: seen.id, outputs: seen.outputs }]
}
