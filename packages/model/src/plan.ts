import type { Address, UnitName } from './address.ts'
import type { Change } from './change.ts'
import type { Desired } from './desired.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { ContextId, Lineage, PlanId, Realm, StackName, StepId, Uid } from './ids.ts'
import type { Health } from './observation.ts'
import type { Context } from './state.ts'
import type { Pass, Update } from './update.ts'
import type { Value } from './value.ts'

/**
 * What the engine runs. A `replace` is a `delete` and a `create` at one address; `mark` carries out a release, a
 * forget or an import; `join` and `leave` tell a flavor that a member has come or gone.
 */
export type StepKind = 'create' | 'update' | 'restart' | 'detach' | 'delete' | 'drain' | 'join' | 'leave' | 'gate' | 'mark'

export type Step =
  | {
      readonly id: StepId
      readonly kind: Exclude<StepKind, 'gate' | 'detach'>
      readonly address: Address
      readonly after: readonly StepId[]
    }
  | { readonly id: StepId; readonly kind: 'detach'; readonly address: Address; readonly part: Address; readonly after: readonly StepId[] }
  | { readonly id: StepId; readonly kind: 'gate'; readonly gate: Gate; readonly after: readonly StepId[] }

/**
 * A place where apply waits until the members are well, and until a person agrees. One without members that needs
 * nobody alive and asks nobody only joins other steps. Durations are milliseconds.
 */
export interface Gate {
  readonly unit: UnitName
  /** Members that were made or changed since the unit's last gate. */
  readonly members: readonly Address[]
  /** Of all members made or changed up to here, by this plan and in this unit, so many may be unwell. */
  readonly failures: number
  /** What has to hold whoever was changed; null: nothing. */
  readonly alive: Alive | null
  readonly pass: Pass
  readonly deadlineMs: number
  /** Whether a person has to approve, once the members are well. The step's id without `gate:` is the name to approve. */
  readonly ask: boolean
}

/** Of the unit's standing members, those apart that are taken down next, so many have to be healthy at once. */
export interface Alive {
  readonly need: number
  readonly without: readonly Address[]
}

/** One round of asking: what members said at one time (milliseconds since 1970). Those that do not stand are left out. */
export interface GateSample {
  readonly at: number
  readonly health: ReadonlyMap<Address, Health>
  /** Members that were seen stopped or gone: waiting does not make them healthy any more. */
  readonly ended: ReadonlySet<Address>
}

/** `healthy` of `need`: what the gate waits for, or waited for in vain. */
export type GateVerdict =
  | { readonly kind: 'wait'; readonly healthy: number; readonly need: number }
  | { readonly kind: 'pass' }
  /** `cause`: the deadline has passed, or so many members have ended that the gate can never pass. */
  | {
      readonly kind: 'stop'
      readonly healthy: number
      readonly need: number
      readonly cause: 'deadline' | 'ended'
      readonly why: string
    }

/** The schedule by which members of a unit are taken down and brought back. Its steps and gates carry it out. */
export interface Roll {
  readonly unit: UnitName
  readonly order: Update['order']
  /** How many members the unit shall have. */
  readonly size: number
  /** So many others are healthy before one that does its work goes down, or apply waits. */
  readonly alive: number
  /** The member that its flavor calls the leader and that is changed last; absent: none of those that are changed. */
  readonly leader?: Address
  readonly waves: readonly Wave[]
}

export interface Wave {
  /** Who is taken down: changed in place, made anew at its address, or deleted after its successor has come. */
  readonly members: readonly Address[]
  /** Create-first: who comes, in the order of `members`. */
  readonly successors: readonly Address[]
  /** The gate that is passed before `members` go down; null: nothing has to be waited for. */
  readonly gate: StepId | null
  /** The gate behind the wave that asks a person; null: nobody is asked. */
  readonly ask: StepId | null
}

export interface Risk {
  readonly severity: 'high' | 'medium' | 'low'
  readonly kind: 'destroy' | 'replace' | 'vanished' | 'drift' | 'may-replace' | 'roll' | 'unhealthy' | 'lift' | 'unreadable' | 'released'
  readonly summary: string
  readonly addresses: readonly Address[]
}

/** Why apply will not start, or not touch some units. Shown in the plan; `--auto-approve` lifts none. */
export interface Refusal {
  readonly kind:
    | 'max-destroy'
    | 'vanished'
    | 'prevent-destroy'
    | 'unclaimed'
    | 'foreign'
    | 'unreadable'
    | 'lost-state'
    | 'pet-detached'
    | 'quorum'
  /** The exit code of an apply that is refused: 6 by policy, 1 where the world cannot be trusted. */
  readonly exit: 1 | 6
  readonly summary: string
  /** What to do, with the exact command. */
  readonly remedy: string
  readonly addresses: readonly Address[]
}

/** A brake that a flag has lifted for this plan; stored and shown in red. */
export interface Lift {
  readonly kind: 'max-destroy' | 'accept-vanished' | 'destroy' | 'quorum'
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
  /** The run whose configuration `desired` is, instead of the present one. Absent: it is the present one. */
  readonly revision?: number
  /** By provider name. */
  readonly realms: Readonly<Record<string, Realm>>
  /** Everything that `renamed` and `changes` refer to. */
  readonly contexts: Readonly<Record<ContextId, Context>>
  readonly renamed: readonly Renamed[]
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  /** In order of `changes`' units. */
  readonly rolls: readonly Roll[]
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

/** The name by which people approve a gate. @example gateName(stepId('gate', 'canary.group.web')) === 'canary.group.web' */
export const gateName = (step: StepId): string => step.slice('gate:'.length)
