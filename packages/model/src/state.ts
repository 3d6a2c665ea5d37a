import type { Address, UnitName } from './address.ts'
import type { FlavorUse, Policy, ProviderUse } from './desired.ts'
import type { ContextId, Lineage, PlanId, Realm, RemoteId, StackName, StepId, TypeName, Uid } from './ids.ts'
import type { Plain, PlainMap } from './plain.ts'
import type { ValueMap } from './value.ts'

/** What a row keeps of its unit, so that an object can be taken down when the configuration no longer mentions it. */
export interface Context {
  readonly unit: UnitName
  readonly provider: ProviderUse
  readonly flavor: FlavorUse | null
  readonly policy: Policy
  readonly dependsOn: readonly UnitName[]
}

/** An operation that was begun and has no outcome yet. */
export interface Began {
  readonly verb: 'create' | 'update' | 'restart' | 'delete' | 'mark'
  readonly plan: PlanId
  readonly step: StepId
  /** Milliseconds since 1970. */
  readonly at: number
  /** What the provider calls the running operation, once it is known. */
  readonly handle: string | null
  /** The inputs that the operation is to bring about. */
  readonly inputs: ValueMap
  readonly context: ContextId
}

export type Phase =
  /** Begun, never seen to succeed: it may or may not exist. */
  | { readonly kind: 'creating'; readonly began: Began }
  | { readonly kind: 'live' }
  /** It exists; an operation on it has no outcome. */
  | { readonly kind: 'changing'; readonly began: Began }
  /** It gave up its address; the row stays so that its mark is claimed and it never comes back as an orphan. */
  | { readonly kind: 'released'; readonly why: 'kept' | 'detached' | 'removed-from-state' }

/** One object. `address` is the last one it held when it is released. */
export interface Row {
  readonly uid: Uid
  readonly generation: number
  readonly address: Address
  readonly phase: Phase
  readonly type: TypeName
  readonly typeVersion: number
  readonly realm: Realm
  readonly context: ContextId
  /** Null until the platform has named it. */
  readonly id: RemoteId | null
  /** Last applied; late values as their expressions. Empty while it is being created for the first time. */
  readonly inputs: ValueMap
  readonly outputs: PlainMap
  readonly specDigest: string
  /**
   * SHA-256 hex of what late fields came to when they were last applied, by field: so that another value of the same
   * expression is seen. Fields with a secret are left out; nothing in the state may help to guess one.
   */
  readonly resolved: Readonly<Record<string, string>>
  /** When it was last created or started anew, milliseconds since 1970; absent if forge did not do that. */
  readonly startedAt?: number
  /** The sequence number of the last journal entry about this object: its version. */
  readonly version: number
}

/** A run that has begun. `ended` is null while it runs, or for ever if it was killed. */
export interface RunRecord {
  readonly plan: PlanId
  readonly revision: number
  readonly at: number
  readonly ended: RunResult | null
}

export type RunResult = 'done' | 'failed' | 'partial' | 'interrupted' | 'stale'

/** Everything forge knows, a fold of the journal. */
export interface State {
  readonly lineage: Lineage | null
  readonly stack: StackName
  /** The highest generation ever given out. */
  readonly generation: number
  /** Number of runs begun. */
  readonly revision: number
  /** Sequence number of the last entry folded in; 0 when there is none. */
  readonly serial: number
  readonly rows: ReadonlyMap<Uid, Row>
  readonly contexts: ReadonlyMap<ContextId, Context>
  /** Last resolved values; sensitive ones are null. */
  readonly outputs: Readonly<Record<string, Plain>>
  readonly lastRun: RunRecord | null
  /** Steps of the last run's plan that succeeded, and gates that passed: a saved plan goes on from here. */
  readonly done: ReadonlySet<StepId>
}

/** The row that holds `address` now; released rows hold none. */
export const rowAt = (state: State, address: Address): Row | undefined => {
  for (const row of state.rows.values()) if (row.address === address && row.phase.kind !== 'released') return row
  return undefined
}
