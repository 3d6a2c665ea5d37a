import type { Address, Event, Failure, StepId, StepKind } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { itemAt, withItem } from './chunks.ts'
import type { Progress } from './progress.ts'
import { inUnit } from './unit-progress.ts'

/** A step at work. Times are milliseconds since 1970. */
export interface RunningStep {
  readonly verb: StepKind
  readonly address: Address
  readonly startedAt: number
  /** The provider's last word, as it came. */
  readonly message: string | null
  readonly retry: Retry | null
}

/** The wait between two attempts, and why there is one. */
export interface Retry {
  readonly attempt: number
  readonly until: number
  readonly failure: Failure
}

type About<K extends Event['kind']> = Event & { readonly kind: K }

export const started = (view: Progress, event: About<'step-started'>): Progress => {
  if (runningAt(view, event.step) !== null) return view
  const { verb, address, at } = event
  const step: RunningStep = { verb, address, startedAt: at, message: null, retry: null }
  return inUnit(put(view, event.step, step), unitOf(address), (unit) => ({
    ...unit,
    running: unit.running + 1,
    startedAt: unit.startedAt ?? at,
    lastAt: at,
  }))
}

export const told = (view: Progress, event: About<'step-progress'>): Progress => {
  const step = runningAt(view, event.step)
  if (step === null) return view
  const over = step.retry !== null && event.at >= step.retry.until
  // A heartbeat has no words of its own; the last ones stay.
  const after = put(view, event.step, { ...step, message: event.message ?? step.message, retry: over ? null : step.retry })
  return over ? inUnit(after, unitOf(step.address), (unit) => ({ ...unit, retrying: unit.retrying - 1 })) : after
}

export const retried = (view: Progress, event: About<'step-retry'>): Progress => {
  const step = runningAt(view, event.step)
  if (step === null) return view
  const { attempt, at, delayMs, failure } = event
  const after = put(view, event.step, { ...step, retry: { attempt, until: at + delayMs, failure } })
  return step.retry === null ? inUnit(after, unitOf(step.address), (unit) => ({ ...unit, retrying: unit.retrying + 1 })) : after
}

/** The step is no longer at work, whatever came of it. */
export const settled = (view: Progress, event: About<'step-succeeded' | 'step-failed'>): Progress => {
  const step = runningAt(view, event.step)
  if (step === null) return view
  return inUnit(put(view, event.step, null), unitOf(step.address), (unit) => ({
    ...unit,
    running: unit.running - 1,
    retrying: unit.retrying - (step.retry === null ? 0 : 1),
    lastAt: event.at,
  }))
}

const runningAt = ({ index, running }: Progress, step: StepId): RunningStep | null => itemAt(running, index.stepAt.get(step) ?? -1) ?? null

const put = (view: Progress, id: StepId, step: RunningStep | null): Progress => {
  const at = view.index.stepAt.get(id)
  return at === undefined ? view : { ...view, running: withItem(view.running, at, () => step) }
}
