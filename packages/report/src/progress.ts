import type { Address, Event, Failure, Plan, RunCounts, RunResult, Step, StepId, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Chunks } from './chunks.ts'
import { toChunks, withItem } from './chunks.ts'

/** How far one unit is, in objects. `partial` objects were begun and did not get to their last step. */
export interface UnitProgress {
  readonly unit: UnitName
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly partial: number
  readonly notStarted: number
}

/** Errors of the same kind and words; `address` is where the first one came. */
export interface ErrorCount {
  readonly address: Address | UnitName
  readonly kind: Failure['kind'] | 'gate'
  readonly message: string
  readonly count: number
}

/** A run as far as its events have told. */
export interface Progress {
  readonly plan: Pick<Plan, 'id' | 'stack' | 'mode' | 'targets'>
  readonly index: StepIndex
  readonly units: Chunks<UnitProgress>
  readonly errors: ReadonlyMap<string, ErrorCount>
  /** Different errors beyond those that are kept. */
  readonly moreErrors: number
  readonly counts: RunCounts
  readonly doneBefore: number
  readonly interrupted: boolean
  readonly ended: { readonly result: RunResult; readonly elapsedMs: number; readonly failure: Failure | null } | null
}

/** Which steps begin and finish an object; made once. */
interface StepIndex {
  readonly unitAt: ReadonlyMap<UnitName, number>
  readonly first: ReadonlySet<StepId>
  readonly last: ReadonlySet<StepId>
  readonly addressOf: ReadonlyMap<StepId, Address>
}

// Kept errors; ten thousand machines that fail in ten thousand words need no ten thousand lines.
const errorLimit = 50

export const startProgress = (plan: Plan): Progress => {
  const { index, units } = indexSteps(plan.steps)
  return {
    plan: { id: plan.id, stack: plan.stack, mode: plan.mode, targets: plan.targets },
    index,
    units: toChunks(units),
    errors: new Map(),
    moreErrors: 0,
    counts: { added: 0, changed: 0, destroyed: 0, failed: 0, skipped: 0 },
    doneBefore: 0,
    interrupted: false,
    ended: null,
  }
}

const indexSteps = (steps: readonly Step[]): { readonly index: StepIndex; readonly units: readonly UnitProgress[] } => {
  const first = new Map<Address, StepId>()
  const last = new Map<Address, StepId>()
  const addressOf = new Map<StepId, Address>()
  for (const step of steps) {
    if (step.kind === 'gate') continue
    addressOf.set(step.id, step.address)
  }
  // A step with no earlier step of its own object begins it; one that no step of its object waits for ends it.
  const awaited = new Set<StepId>()
  for (const step of steps) {
    if (step.kind === 'gate') continue
    const own = step.after.filter((id) => addressOf.get(id) === step.address)
    for (const id of own) awaited.add(id)
    if (own.length === 0 && !first.has(step.address)) first.set(step.address, step.id)
  }
  for (const step of steps) if (step.kind !== 'gate' && !awaited.has(step.id)) last.set(step.address, step.id)
  const totals = new Map<UnitName, number>()
  for (const address of first.keys()) totals.set(unitOf(address), (totals.get(unitOf(address)) ?? 0) + 1)
  const units = [...totals].map(([unit, total]) => ({ unit, total, done: 0, failed: 0, partial: 0, notStarted: 0 }))
  const unitAt = new Map(units.map(({ unit }, at) => [unit, at]))
  return { index: { unitAt, first: new Set(first.values()), last: new Set(last.values()), addressOf }, units }
}

/** Folds one event in; a new value each time, in time that hardly grows with the fleet. */
export const progress = (view: Progress, event: Event): Progress => {
  switch (event.kind) {
    case 'run-started':
      return { ...view, doneBefore: event.done }
    case 'step-succeeded':
      return succeeded(view, event)
    case 'step-failed':
      return withError(
        {
          ...count(view, event.address, (unit) => ({ ...unit, failed: unit.failed + 1 })),
          counts: { ...view.counts, failed: view.counts.failed + 1 },
        },
        { address: event.address, kind: event.failure.kind, message: event.failure.message },
      )
    case 'step-skipped':
      return skipped(view, event)
    case 'gate-stopped':
      return withError(view, { address: event.unit, kind: 'gate', message: event.why })
    case 'interrupting':
      return { ...view, interrupted: true }
    case 'run-ended':
      return { ...view, counts: event.counts, ended: { result: event.result, elapsedMs: event.elapsedMs, failure: event.failure } }
    case 'step-started':
    case 'step-progress':
    case 'step-retry':
    case 'gate-waiting':
    case 'gate-passed':
      return view
    default:
      return event satisfies never
  }
}

const count = (view: Progress, address: Address, change: (unit: UnitProgress) => UnitProgress): Progress => {
  const at = view.index.unitAt.get(unitOf(address))
  return at === undefined ? view : { ...view, units: withItem(view.units, at, change) }
}

const succeeded = (view: Progress, event: Event & { readonly kind: 'step-succeeded' }): Progress => {
  const { added, changed, destroyed } = view.counts
  const counts = {
    ...view.counts,
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
  if (address === undefined) return counted
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
