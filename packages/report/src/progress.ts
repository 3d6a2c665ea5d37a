import type { Address, Event, Failure, Plan, RunCounts, RunResult, StepId, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Chunks } from './chunks.ts'
import { emptyChunks, toChunks } from './chunks.ts'
import type { Outcome } from './roll-progress.ts'
import { rolled, startOutcomes, startWaves } from './roll-progress.ts'
import type { RunningStep } from './running.ts'
import { retried, settled, started, told } from './running.ts'
import type { StepIndex } from './step-index.ts'
import { indexSteps } from './step-index.ts'
import type { UnitProgress } from './unit-progress.ts'
import { gateAsking, gateEnded, gateWaiting, inUnit, untouched } from './unit-progress.ts'

/** Errors of the same kind and words; `address` is where the first one came. */
export interface ErrorCount {
  readonly address: Address | UnitName
  readonly kind: Failure['kind'] | 'gate'
  readonly message: string
  readonly count: number
}

/** A run as far as its events have told. */
export interface Progress {
  readonly plan: Pick<Plan, 'id' | 'stack' | 'mode' | 'targets' | 'revision'>
  readonly index: StepIndex
  readonly units: Chunks<UnitProgress>
  /** By the step's place in the plan. */
  readonly running: Chunks<RunningStep | null>
  /** Of steps of rolled members, by the step's place in the plan. */
  readonly outcomes: Chunks<Outcome | null>
  /** When the run began, milliseconds since 1970; null: not yet. */
  readonly startedAt: number | null
  readonly errors: ReadonlyMap<string, ErrorCount>
  /** Different errors beyond those that are kept. */
  readonly moreErrors: number
  readonly counts: RunCounts
  readonly doneBefore: number
  readonly interrupted: boolean
  readonly ended: { readonly result: RunResult; readonly elapsedMs: number; readonly failure: Failure | null } | null
}

// Kept errors; ten thousand machines that fail in ten thousand words need no ten thousand lines.
const errorLimit = 50

/** The progress of a run that has not begun. `done` are the steps that an earlier run of the same plan finished. */
export const startProgress = (plan: Plan, done: ReadonlySet<StepId> = new Set()): Progress => {
  const { index, units } = indexSteps(plan, done)
  const outcomes = startOutcomes(index.rolls, plan, done)
  const waves = startWaves(index.rolls, outcomes)
  return {
    plan: {
      id: plan.id,
      stack: plan.stack,
      mode: plan.mode,
      targets: plan.targets,
      ...(plan.revision === undefined ? {} : { revision: plan.revision }),
    },
    index,
    units: toChunks(units.map((start) => untouched(start, waves.get(start.unit) ?? 0))),
    running: emptyChunks(plan.steps.length),
    outcomes,
    startedAt: null,
    errors: new Map(),
    moreErrors: 0,
    counts: { imported: 0, added: 0, changed: 0, destroyed: 0, failed: 0, skipped: 0 },
    doneBefore: 0,
    interrupted: false,
    ended: null,
  }
}

/** Folds one event in; a new value each time, in time that hardly grows with the fleet. */
export const progress = (view: Progress, event: Event): Progress => {
  switch (event.kind) {
    case 'run-started':
      return { ...view, doneBefore: event.done, startedAt: event.at }
    case 'step-started':
      return rolled(started(view, event), event, 'begun')
    case 'step-progress':
      return told(view, event)
    case 'step-retry':
      return retried(view, event)
    case 'step-succeeded':
      return succeeded(rolled(settled(view, event), event, 'done'), event)
    case 'step-failed':
      return failed(rolled(settled(view, event), event, 'failed'), event)
    case 'step-skipped':
      return skipped(view, event)
    case 'gate-waiting':
      return gateWaiting(view, event)
    case 'gate-asking':
      return gateAsking(view, event)
    case 'gate-passed':
      return gateEnded(view, event, event.unit)
    case 'gate-stopped':
      return gateStopped(view, event)
    case 'interrupting':
      return { ...view, interrupted: true }
    case 'run-ended':
      return ended(view, event)
    default:
      return event satisfies never
  }
}

// That nobody has agreed yet is no fault of anything.
const gateStopped = (view: Progress, event: Event & { readonly kind: 'gate-stopped' }): Progress => {
  const stopped = gateEnded(view, event, event.unit)
  return event.cause === 'unapproved' ? stopped : withError(stopped, { address: event.unit, kind: 'gate', message: event.why })
}

const count = (view: Progress, address: Address, change: (unit: UnitProgress) => UnitProgress): Progress =>
  inUnit(view, unitOf(address), change)

const failed = (view: Progress, { address, failure }: Event & { readonly kind: 'step-failed' }): Progress =>
  withError(
    {
      ...count(view, address, (unit) => ({ ...unit, failed: unit.failed + 1 })),
      counts: { ...view.counts, failed: view.counts.failed + 1 },
    },
    { address, kind: failure.kind, message: failure.message },
  )

const ended = (view: Progress, { counts, result, elapsedMs, failure }: Event & { readonly kind: 'run-ended' }): Progress => ({
  ...view,
  counts,
  units: view.units.map((chunk) => chunk.map((unit) => ({ ...unit, running: 0, retrying: 0, gate: null }))),
  running: emptyChunks(view.index.stepAt.size),
  ended: { result, elapsedMs, failure },
})

const succeeded = (view: Progress, event: Event & { readonly kind: 'step-succeeded' }): Progress => {
  const { imported, added, changed, destroyed } = view.counts
  const counts = {
    ...view.counts,
    imported: imported + (view.index.imports.has(event.step) ? 1 : 0),
    added: added + (event.verb === 'create' ? 1 : 0),
    changed: changed + (event.verb === 'update' || event.verb === 'restart' ? 1 : 0),
    destroyed: destroyed + (event.verb === 'delete' ? 1 : 0),
  }
  const ends = view.index.last.has(event.step)
  return { ...(ends ? count(view, event.address, (unit) => ({ ...unit, done: unit.done + 1 })) : view), counts }
}

// An object whose own step failed is counted there; only its neighbours' failures leave it partial or not started.
const skipped = (view: Progress, event: Event & { readonly kind: 'step-skipped' }): Progress => {
  const { first, last, addressOf } = view.index
  const counted = { ...view, counts: { ...view.counts, skipped: view.counts.skipped + 1 } }
  const address = addressOf.get(event.step)
  if (address === undefined) return gateEnded(counted, event, event.address as UnitName)
  if (first.has(event.step)) return count(counted, address, (unit) => ({ ...unit, notStarted: unit.notStarted + 1 }))
  const ownFault = event.because !== null && addressOf.get(event.because) === address
  return last.has(event.step) && !ownFault ? count(counted, address, (unit) => ({ ...unit, partial: unit.partial + 1 })) : counted
}

const withError = (view: Progress, error: Omit<ErrorCount, 'count'>): Progress => {
  const key = `${error.kind}\n${error.message}`
  const same = view.errors.get(key)
  if (same === undefined && view.errors.size >= errorLimit) return { ...view, moreErrors: view.moreErrors + 1 }
  return {
    ...view,
    errors: new Map(view.errors).set(key, same === undefined ? { ...error, count: 1 } : { ...same, count: same.count + 1 }),
  }
}
