import type { Context, ContextId, Plain, Row, RunRecord, State, StepId } from '@forgeplan/model'
import { StoreError } from './errors.ts'
import type { Guard } from './guard.ts'
import { count, list, nullable, record } from './guard.ts'
import { contextGuard, contextIdGuard, lineageGuard, rowGuard, runGuard, stackGuard, stepGuard } from './row-guard.ts'
import { outputValues } from './value-guard.ts'

/** A state as JSON: maps and sets as lists, in their order. */
export interface StateDocument extends Pick<State, 'lineage' | 'stack' | 'generation' | 'revision' | 'serial'> {
  readonly rows: readonly Row[]
  readonly contexts: readonly StoredContext[]
  readonly outputs: Readonly<Record<string, Plain>>
  readonly lastRun: RunRecord | null
  readonly done: readonly StepId[]
}

interface StoredContext {
  readonly id: ContextId
  readonly context: Context
}

const documentGuard: Guard<StateDocument> = record<StateDocument>({
  lineage: nullable(lineageGuard),
  stack: stackGuard,
  generation: count,
  revision: count,
  serial: count,
  rows: list(rowGuard),
  contexts: list(record<StoredContext>({ id: contextIdGuard, context: contextGuard })),
  outputs: outputValues,
  lastRun: nullable(runGuard),
  done: list(stepGuard),
})

/** @throws StoreError `invalid` when the state could not be read back. */
export const toDocument = (state: State): StateDocument => {
  const document = {
    ...state,
    rows: [...state.rows.values()],
    contexts: [...state.contexts].map(([id, context]) => ({ id, context })),
    done: [...state.done],
  }
  if (documentGuard(document) && isConsistent(document)) return document
  throw new StoreError(
    'invalid',
    'The state to be stored holds something that is not plain data. This is a bug of forge; nothing was written.',
  )
}

/** Reads a state from data that anybody may have written; `undefined` if it is none or contradicts itself. */
export const fromDocument = (input: unknown): State | undefined => {
  if (!documentGuard(input) || !isConsistent(input)) return undefined
  return {
    ...input,
    rows: new Map(input.rows.map((row) => [row.uid, row])),
    contexts: new Map(input.contexts.map(({ id, context }) => [id, context])),
    done: new Set(input.done),
  }
}

const isConsistent = ({ rows, contexts, generation, serial }: StateDocument): boolean =>
  distinct(rows.map((row) => row.uid)) &&
  distinct(contexts.map(({ id }) => id)) &&
  rows.every((row) => row.generation <= generation && row.version <= serial)

/** Whether every row's address is its own and its context is there; asked of imports, which no fold has made. */
export const isWhole = (state: State): boolean => {
  const rows = [...state.rows.values()]
  const held = rows.filter((row) => row.phase.kind !== 'released').map((row) => row.address)
  return distinct(held) && rows.every((row) => contextsOf(row).every((id) => state.contexts.has(id)))
}

const contextsOf = ({ context, phase }: Row): readonly ContextId[] =>
  phase.kind === 'creating' || phase.kind === 'changing' ? [context, phase.began.context] : [context]

const distinct = (items: readonly string[]): boolean => new Set(items).size === items.length
