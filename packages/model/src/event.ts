import type { Address, UnitName } from './address.ts'
import type { PlanId, StackName, StepId } from './ids.ts'
import type { StepKind } from './plan.ts'
import type { RunResult } from './state.ts'

/**
 * The words and the decision of a failed call: `kind` alone decides whether it is tried again. `state`: no call failed,
 * but what was done could not be written down.
 */
export interface Failure {
  readonly kind: 'transient' | 'conflict' | 'denied' | 'invalid' | 'internal' | 'timeout' | 'cancelled' | 'stale' | 'state'
  /** A sentence; secrets are already taken out, control characters are not. */
  readonly message: string
}

/** What happens while a plan is executed. `at` is milliseconds since 1970. Transient ones may be dropped by a slow listener. */
export type Event =
  | {
      readonly kind: 'run-started'
      readonly at: number
      readonly plan: PlanId
      readonly stack: StackName
      readonly steps: number
      readonly done: number
    }
  | { readonly kind: 'step-started'; readonly at: number; readonly step: StepId; readonly verb: StepKind; readonly address: Address }
  | {
      readonly kind: 'step-progress'
      readonly at: number
      readonly step: StepId
      readonly verb: StepKind
      readonly address: Address
      readonly elapsedMs: number
      readonly message: string | null
    }
  | {
      readonly kind: 'step-retry'
      readonly at: number
      readonly step: StepId
      readonly verb: StepKind
      readonly address: Address
      readonly attempt: number
      readonly delayMs: number
      readonly failure: Failure
    }
  | {
      readonly kind: 'step-succeeded'
      readonly at: number
      readonly step: StepId
      readonly verb: StepKind
      readonly address: Address
      readonly elapsedMs: number
    }
  | {
      readonly kind: 'step-failed'
      readonly at: number
      readonly step: StepId
      readonly verb: StepKind
      readonly address: Address
      readonly elapsedMs: number
      readonly failure: Failure
    }
  /** Not started because `because` did not succeed, or because the run was interrupted (null). */
  | {
      readonly kind: 'step-skipped'
      readonly at: number
      readonly step: StepId
      readonly verb: StepKind
      readonly address: Address | UnitName
      readonly because: StepId | null
    }
  | {
      readonly kind: 'gate-waiting'
      readonly at: number
      readonly step: StepId
      readonly unit: UnitName
      readonly healthy: number
      readonly need: number
      readonly elapsedMs: number
    }
  /** The members are well; a person has to agree. */
  | { readonly kind: 'gate-asking'; readonly at: number; readonly step: StepId; readonly unit: UnitName }
  | { readonly kind: 'gate-passed'; readonly at: number; readonly step: StepId; readonly unit: UnitName; readonly elapsedMs: number }
  | {
      readonly kind: 'gate-stopped'
      readonly at: number
      readonly step: StepId
      readonly unit: UnitName
      readonly healthy: number
      readonly need: number
      /** `unapproved`: nobody was there to agree, or they did not. */
      readonly cause: 'deadline' | 'ended' | 'unapproved' | 'failed'
      readonly why: string
    }
  | { readonly kind: 'interrupting'; readonly at: number; readonly running: number }
  | {
      readonly kind: 'run-ended'
      readonly at: number
      readonly plan: PlanId
      readonly result: RunResult
      readonly counts: RunCounts
      readonly elapsedMs: number
      readonly failure: Failure | null
    }

/** `imported`, `added`, `changed`, `destroyed` count finished objects; `failed` and `skipped` count steps. */
export interface RunCounts {
  readonly imported: number
  readonly added: number
  readonly changed: number
  readonly destroyed: number
  readonly failed: number
  readonly skipped: number
}
