import type {
  Address,
  Began,
  Context,
  ContextId,
  JournalEntry,
  JournalRecord,
  Lineage,
  Phase,
  Plain,
  Row,
  RunRecord,
  StackName,
  State,
  StepId,
  Uid,
} from '@forgeplan/model'
import { uid as toUid } from '@forgeplan/model'

/** The state before the first entry. */
export const emptyState = (stack: StackName): State => ({
  lineage: null,
  stack,
  generation: 0,
  revision: 0,
  serial: 0,
  rows: new Map(),
  contexts: new Map(),
  outputs: {},
  lastRun: null,
  done: new Set(),
})

/** The state after one more record. Copies the rows: for many records use `foldAll` or `draft`. */
export const fold = (state: State, record: JournalRecord): State => foldAll(state, [record])

/** The state after all the records, in order; linear in their number. */
export const foldAll = (state: State, records: Iterable<JournalRecord>): State => {
  const next = draft(state)
  for (const record of records) next.push(record)
  return next.state()
}

/** A state under construction: entries are pushed one by one without copying the rows. */
export interface Draft {
  push(record: JournalRecord): void
  row(uid: Uid): Row | undefined
  /** The row that holds the address now; released rows hold none. */
  rowAt(address: Address): Row | undefined
  rows(): Iterable<Row>
  readonly generation: number
  /** A copy of what has been folded so far. */
  state(): State
}

interface Mutable {
  lineage: Lineage | null
  stack: StackName
  generation: number
  revision: number
  serial: number
  readonly rows: Map<Uid, Row>
  readonly contexts: Map<ContextId, Context>
  readonly held: Map<Address, Uid>
  outputs: Readonly<Record<string, Plain>>
  lastRun: RunRecord | null
  done: Set<StepId>
}

/** Opens `base` for further entries; `base` itself stays as it is. */
export const draft = (base: State): Draft => {
  const at: Mutable = { ...base, rows: new Map(base.rows), contexts: new Map(base.contexts), done: new Set(base.done), held: new Map() }
  for (const row of at.rows.values()) hold(at, row)
  return {
    push: (record) => push(at, record),
    row: (uid) => at.rows.get(uid),
    rowAt: (address) => at.rows.get(at.held.get(address) ?? toUid('')),
    rows: () => at.rows.values(),
    get generation() {
      return at.generation
    },
    state: () => {
      const { held: _, ...rest } = at
      return { ...rest, rows: new Map(at.rows), contexts: new Map(at.contexts), done: new Set(at.done) }
    },
  }
}

const push = (at: Mutable, { seq, entry }: JournalRecord): void => {
  at.serial = seq
  switch (entry.kind) {
    case 'founded':
      at.lineage = entry.lineage
      at.stack = entry.stack
      return
    case 'run-began':
      return beginRun(at, entry)
    case 'run-ended':
      if (at.lastRun !== null) at.lastRun = { ...at.lastRun, ended: entry.result }
      return
    case 'context':
      at.contexts.set(entry.id, entry.context)
      return
    case 'step-done':
      return finish(at, entry)
    case 'outputs':
      at.outputs = entry.values
      return
    case 'create-began':
    case 'recovered':
      return put(at, bornRow(at, entry, seq))
    case 'gone':
      finish(at, entry)
      return drop(at, entry.uid)
    case 'forgotten':
      return drop(at, entry.uid)
    case 'applied':
      finish(at, entry)
      return change(at, entry, seq)
    case 'change-began':
    case 'handle':
    case 'failed':
    case 'observed':
    case 'moved':
    case 'released':
      return change(at, entry, seq)
    default:
      entry satisfies never
  }
}

// Going on with the same plan keeps what it has done; another plan starts afresh.
const beginRun = (at: Mutable, entry: JournalEntry & { kind: 'run-began' }): void => {
  if (at.lastRun?.plan !== entry.plan) at.done = new Set()
  at.revision += 1
  at.lastRun = { plan: entry.plan, revision: at.revision, at: entry.at, ended: null }
}

const finish = (at: Mutable, entry: { readonly plan: RunRecord['plan']; readonly step: StepId }): void => {
  if (at.lastRun?.plan === entry.plan) at.done.add(entry.step)
}

const bornRow = (at: Mutable, entry: JournalEntry & { kind: 'create-began' | 'recovered' }, seq: number): Row => {
  if (entry.kind === 'recovered') return { ...entry.row, version: seq }
  const { kind: _, began, ...identity } = entry
  const before = at.rows.get(entry.uid)
  return {
    ...identity,
    phase: { kind: 'creating', began },
    context: began.context,
    id: before?.id ?? null,
    inputs: {},
    outputs: before?.outputs ?? {},
    resolved: {},
    version: seq,
  }
}

type RowEntry = Extract<JournalEntry, { kind: 'applied' | 'change-began' | 'handle' | 'failed' | 'observed' | 'moved' | 'released' }>

const change = (at: Mutable, entry: RowEntry, seq: number): void => {
  const row = at.rows.get(entry.uid)
  // An entry about a row that a later `state rm` took out has nothing to say.
  if (row !== undefined) put(at, { ...row, ...changed(row, entry), version: seq })
}

const changed = (row: Row, entry: RowEntry): Partial<Row> => {
  switch (entry.kind) {
    case 'applied': {
      const { id, inputs, outputs, specDigest, resolved, context, typeVersion } = entry
      const live = { phase: { kind: 'live' } as const, id, inputs, outputs, specDigest, resolved, context, typeVersion }
      return startsAnew(row.phase) ? { ...live, startedAt: entry.at } : live
    }
    case 'change-began':
      return { phase: { kind: 'changing', began: entry.began } }
    case 'handle':
      return { phase: withHandle(row.phase, entry.handle) }
    case 'failed':
      return {}
    case 'observed':
      return { id: entry.id, outputs: entry.outputs }
    case 'moved':
      return { address: entry.to, context: entry.context, phase: row.phase.kind === 'released' ? { kind: 'live' } : row.phase }
    case 'released':
      return { phase: { kind: 'released', why: entry.why } }
    default:
      return entry satisfies never
  }
}

const startsAnew = (phase: Phase): boolean => phase.kind === 'creating' || (phase.kind === 'changing' && phase.began.verb === 'restart')

const withHandle = (phase: Phase, handle: string): Phase => {
  const began = (value: Began): Began => ({ ...value, handle })
  return phase.kind === 'creating' || phase.kind === 'changing' ? { kind: phase.kind, began: began(phase.began) } : phase
}

const put = (at: Mutable, row: Row): void => {
  const before = at.rows.get(row.uid)
  if (before !== undefined && at.held.get(before.address) === before.uid) at.held.delete(before.address)
  at.rows.set(row.uid, row)
  at.generation = Math.max(at.generation, row.generation)
  hold(at, row)
}

const hold = (at: Mutable, row: Row): void => {
  if (row.phase.kind !== 'released') at.held.set(row.address, row.uid)
}

const drop = (at: Mutable, uid: Uid): void => {
  const row = at.rows.get(uid)
  if (row !== undefined && at.held.get(row.address) === uid) at.held.delete(row.address)
  at.rows.delete(uid)
}
