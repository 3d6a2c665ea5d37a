import type { Address } from './address.ts'
import type { ContextId, Lineage, PlanId, Realm, RemoteId, StackName, StepId, TypeName, Uid } from './ids.ts'
import type { Began, Context, Row, RunResult } from './state.ts'
import type { Plain, PlainMap } from './plain.ts'
import type { ValueMap } from './value.ts'

/**
 * One durable fact. The state is the fold of these, in order. Times are milliseconds since 1970.
 * A `began` is durable before its call; its outcome is durable before anything depends on it.
 */
export type JournalEntry =
  | { readonly kind: 'founded'; readonly lineage: Lineage; readonly stack: StackName; readonly at: number }
  /** `config` is the canonical JSON of the plan's `Desired`, for planning the way back; `message` is why, in the user's words. */
  | {
      readonly kind: 'run-began'
      readonly plan: PlanId
      readonly at: number
      readonly command: string
      readonly config: string
      readonly message?: string
    }
  | { readonly kind: 'run-ended'; readonly plan: PlanId; readonly at: number; readonly result: RunResult }
  | { readonly kind: 'context'; readonly id: ContextId; readonly context: Context }
  /** A create takes a generation and chooses the uid before the object exists. Repeated with the same uid on resuming. */
  | {
      readonly kind: 'create-began'
      readonly uid: Uid
      readonly generation: number
      readonly address: Address
      readonly type: TypeName
      readonly typeVersion: number
      readonly realm: Realm
      readonly specDigest: string
      readonly began: Began
    }
  | { readonly kind: 'change-began'; readonly uid: Uid; readonly began: Began }
  | { readonly kind: 'handle'; readonly uid: Uid; readonly handle: string }
  | {
      readonly kind: 'applied'
      readonly uid: Uid
      readonly plan: PlanId
      readonly step: StepId
      readonly at: number
      readonly id: RemoteId
      readonly inputs: ValueMap
      readonly outputs: PlainMap
      readonly specDigest: string
      readonly resolved: Row['resolved']
      readonly context: ContextId
      readonly typeVersion: number
    }
  /** The object is gone (deleted, or seen absent): its row goes. */
  | { readonly kind: 'gone'; readonly uid: Uid; readonly plan: PlanId; readonly step: StepId; readonly at: number }
  /** The call failed and what it left behind is not known to be whole; the row keeps its `began`. */
  | {
      readonly kind: 'failed'
      readonly uid: Uid
      readonly plan: PlanId
      readonly step: StepId
      readonly at: number
      readonly error: string
    }
  /** A look at the object, journaled by apply and refresh before anything is done to it. */
  | { readonly kind: 'observed'; readonly uid: Uid; readonly id: RemoteId; readonly outputs: PlainMap }
  /** Another address, other settings, or a released object taken back. */
  | { readonly kind: 'moved'; readonly uid: Uid; readonly to: Address; readonly context: ContextId }
  | { readonly kind: 'released'; readonly uid: Uid; readonly why: 'kept' | 'detached' | 'removed-from-state' }
  /** The object keeps standing without a mark, or the row is taken out by hand: forge knows nothing of it any more. */
  | { readonly kind: 'forgotten'; readonly uid: Uid }
  /** A row rebuilt from a mark (`state recover`) or taken from an export. */
  | { readonly kind: 'recovered'; readonly row: Omit<Row, 'version'> }
  /** A step without an object of its own: a drain, a gate that passed. */
  | { readonly kind: 'step-done'; readonly plan: PlanId; readonly step: StepId; readonly at: number }
  | { readonly kind: 'outputs'; readonly values: Readonly<Record<string, Plain>> }

/** An entry with its place in the journal. */
export interface JournalRecord {
  readonly seq: number
  readonly entry: JournalEntry
}

/** Where a run writes. Implemented by the store; the engine knows only this. */
export interface Journal {
  /**
   * Resolves when the entries are durable, in the order of the calls; concurrent calls may share one commit. The
   * lease is checked inside the same transaction.
   * @throws LeaseLost when another process has taken the lease over: nothing was written, and no call may be started.
   */
  append(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]>
}

/** The lease is gone: the owner stops without a further write or call. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
