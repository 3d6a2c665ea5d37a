import type {
  Change,
  Context,
  ContextId,
  Desired,
  JournalEntry,
  Lineage,
  Observation,
  Plan,
  Row,
  State,
  Unit,
  UnitName,
} from '@forgeplan/model'
import { canonicalJson, sameValue, unitOf } from '@forgeplan/model'
import { contextIdOf, contextOf } from '@forgeplan/planner'
import { sha256 } from './identity.ts'
import type { Start } from './run.ts'

/** Units of the configuration with what their rows keep. */
export type Contexts = ReadonlyMap<UnitName, { readonly id: ContextId; readonly context: Context }>

export const contextsOf = (desired: Desired): Contexts =>
  new Map(
    desired.units.map((unit) => {
      const context = contextOf(desired, unit)
      return [unit.name, { id: contextIdOf(context, sha256), context }] as const
    }),
  )

export const unitsOf = (desired: Desired): ReadonlyMap<UnitName, Unit> => new Map(desired.units.map((unit) => [unit.name, unit]))

interface Beginning {
  readonly plan: Plan
  readonly start: Start
  readonly lineage: Lineage
  readonly command: string
  readonly contexts: Contexts
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What a run journals before its first step, in one append. */
export const beginEntries = (beginning: Beginning): readonly JournalEntry[] => {
  const { plan, start, lineage, at, command } = beginning
  const founded: readonly JournalEntry[] = start.state.lineage === null ? [{ kind: 'founded', lineage, stack: plan.stack, at }] : []
  const began: JournalEntry = { kind: 'run-began', plan: plan.id, at, command, config: canonicalJson(plan.desired) }
  return [...founded, began, ...newContexts(beginning), ...movedEntries(beginning), ...observedEntries(beginning)]
}

const newContexts = ({ contexts, start, plan }: Beginning): readonly JournalEntry[] => {
  const used = new Set(plan.changes.map((change) => unitOf(change.address)))
  const fresh = [...contexts].filter(([unit, { id }]) => used.has(unit) && !start.state.contexts.has(id))
  return [...new Map(fresh.map(([, { id, context }]) => [id, context]))].map(([id, context]) => ({ kind: 'context', id, context }))
}

const movedEntries = ({ plan, contexts, start }: Beginning): readonly JournalEntry[] => {
  const renamed = new Set(plan.renamed.map(({ uid }) => uid))
  const moves = plan.renamed.flatMap(({ uid, to }): readonly JournalEntry[] => {
    const row = start.state.rows.get(uid)
    if (row === undefined || (row.address === to && row.phase.kind !== 'released')) return []
    return [{ kind: 'moved', uid, to, context: contexts.get(unitOf(to))?.id ?? row.context }]
  })
  const kept =
    plan.mode === 'normal'
      ? plan.changes.flatMap((change) => (change.action === 'keep' ? refreshed(change, renamed, { contexts, state: start.state }) : []))
      : []
  return [...moves, ...kept]
}

// A policy or a dependency that changed touches no object, but its row has to know it for the day it is taken down.
const refreshed = (
  { uid, address }: Extract<Change, { action: 'keep' }>,
  renamed: ReadonlySet<Row['uid']>,
  { contexts, state }: { readonly contexts: Contexts; readonly state: State },
): readonly JournalEntry[] => {
  const row = state.rows.get(uid)
  const context = contexts.get(unitOf(address))?.id
  const settled = row?.phase.kind === 'live' && row.address === address && !renamed.has(uid)
  return settled && context !== undefined && context !== row.context ? [{ kind: 'moved', uid, to: address, context }] : []
}

// What the caller's look found at the objects that change, or at all of them where refreshing is the whole job.
const observedEntries = ({ plan, start }: Beginning): readonly JournalEntry[] => {
  if (start.observed === null) return []
  const rows = plan.mode === 'refresh-only' ? [...start.state.rows.values()] : changedRows(plan, start.state)
  return rows.flatMap((row) => observedEntry(row, start.observed?.objects.get(row.uid)))
}

const changedRows = (plan: Plan, state: State): readonly Row[] =>
  plan.changes.flatMap((change) => (change.action !== 'keep' && 'uid' in change ? (state.rows.get(change.uid) ?? []) : []))

const observedEntry = (row: Row, seen: Observation | undefined): readonly JournalEntry[] => {
  if (seen?.kind !== 'present' || row.phase.kind === 'creating') return []
  const same = seen.id === row.id && sameValue(seen.outputs, row.outputs)
  return same ? [] : [{ kind: 'observed', uid: row.uid, id: seen.id, outputs: seen.outputs }]
}
