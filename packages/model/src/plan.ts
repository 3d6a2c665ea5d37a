import type { Address, UnitName } from './address.ts'
import type { Change } from './change.ts'
import type { Desired } from './desired.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { ContextId, Lineage, PlanId, Realm, StackName, StepId, Uid } from './ids.ts'
import type { Health } from './observation.ts'
import type { Context } from './state.ts'
import type { Value } from './value.ts'

/**
 * What the engine runs. A `replace` is a `delete` and a `create` at one address; `mark` carries out a release, a
 * forget or an import. `join`, `leave`, `build` and `upload` belong to flavors and images of later releases.
 */
export type StepKind =
  | 'build'
  | 'upload'
  | 'create'
  | 'update'
  | 'restart'
  | 'detach'
  | 'delete'
  | 'drain'
  | 'join'
  | 'leave'
  | 'gate'
  | 'mark'

export type Step =
  | {
      readonly id: StepId
      readonly kind: Exclude<StepKind, 'gate' | 'detach'>
      readonly address: Address
      readonly after: readonly StepId[]
    }
  | { readonly id: StepId; readonly kind: 'detach'; readonly address: Address; readonly part: Address; readonly after: readonly StepId[] }
  | { readonly id: StepId; readonly kind: 'gate'; readonly gate: Gate; readonly after: readonly StepId[] }

/** A place where apply waits until enough members are well. Durations are milliseconds. */
export interface Gate {
  readonly unit: UnitName
  readonly members: readonly Address[]
  /** How many of `members` have to be healthy at once. */
  readonly need: number
  readonly pass:
    | { readonly kind: 'holdFor'; readonly ms: number }
    | { readonly kind: 'checks'; readonly checks: number; readonly intervalMs: number }
  readonly deadlineMs: number
}

/** One round of asking: what the members of a gate said at one time (milliseconds since 1970). */
export interface GateSample {
  readonly at: number
  readonly health: ReadonlyMap<Address, Health>
  /** Members that were seen stopped or gone: waiting does not make them healthy any more. */
  readonly ended: ReadonlySet<Address>
}

export type GateVerdict =
  | { readonly kind: 'wait'; readonly healthy: number }
  | { readonly kind: 'pass' }
  /** `cause`: the deadline has passed, or so many members have ended that the gate can never pass. */
  | { readonly kind: 'stop'; readonly healthy: number; readonly cause: 'deadline' | 'ended'; readonly why: string }

export interface Risk {
  readonly severity: 'high' | 'medium' | 'low'
  readonly kind: 'destroy' | 'replace' | 'vanished' | 'drift' | 'may-replace' | 'unhealthy' | 'lift' | 'unreadable' | 'released'
  readonly summary: string
  readonly addresses: readonly Address[]
}

/** Why apply will not start, or not touch some units. Shown in the plan; `--auto-approve` lifts none. */
export interface Refusal {
  readonly kind: 'max-destroy' | 'vanished' | 'prevent-destroy' | 'unclaimed' | 'foreign' | 'unreadable' | 'lost-state' | 'pet-detached'
  /** The exit code of an apply that is refused: 6 by policy, 1 where the world cannot be trusted. */
  readonly exit: 1 | 6
  readonly summary: string
  /** What to do, with the exact command. */
  readonly remedy: string
  readonly addresses: readonly Address[]
}

/** A brake that a flag has lifted for this plan; stored and shown in red. */
export interface Lift {
  readonly kind: 'max-destroy' | 'accept-vanished' | 'destroy'
  readonly detail: string
}

export interface OutputChange {
  readonly name: string
  readonly action: 'keep' | 'create' | 'update' | 'delete'
  readonly sensitive: boolean
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** What one touched address looked like when the plan was made. `digest` is SHA-256 hex over row version and sight; null uid: nothing stood there. */
export interface Basis {
  readonly address: Address
  readonly uid: Uid | null
  readonly digest: string
}

/** A journal-only change that apply makes before anything else: another address, or (from = to) only new settings or policy for the row. */
export interface Renamed {
  readonly uid: Uid
  readonly from: Address
  readonly to: Address
  readonly context: ContextId
}

/**
 * A plan as a value: everything apply needs, nothing that differs between two runs on the same inputs. No clock, no
 * host, no secret. Lists are in natural order of addresses.
 */
export interface Plan {
  readonly format: 1
  /** The tool's major version. */
  readonly tool: number
  readonly id: PlanId
  readonly stack: StackName
  readonly lineage: Lineage | null
  readonly mode: 'normal' | 'destroy' | 'refresh-only'
  /** What the plan was narrowed to (`--target`), in natural order; empty: everything. */
  readonly targets: readonly string[]
  readonly desired: Desired
  /** By provider name. */
  readonly realms: Readonly<Record<string, Realm>>
  /** Everything that `renamed` and `changes` refer to. */
  readonly contexts: Readonly<Record<ContextId, Context>>
  readonly renamed: readonly Renamed[]
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  readonly outputs: readonly OutputChange[]
  readonly risks: readonly Risk[]
  readonly refusals: readonly Refusal[]
  readonly lifts: readonly Lift[]
  readonly basis: readonly Basis[]
  /** Health and warnings at planning time; they do not change what is done. */
  readonly warnings: readonly Diagnostic[]
}

/** Whether applying the plan would do anything at all. */
export const hasChanges = (plan: Plan): boolean =>
  plan.renamed.length > 0 ||
  plan.changes.some((change) => change.action !== 'keep') ||
  plan.outputs.some((output) => output.action !== 'keep')
