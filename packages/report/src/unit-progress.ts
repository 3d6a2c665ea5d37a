import type { Event, StepId, UnitName } from '@forgeplan/model'
import { withItem } from './chunks.ts'
import type { Progress } from './progress.ts'
import type { UnitStart } from './step-index.ts'

/** How far one unit is, in objects. `partial` objects were begun and did not get to their last step. */
export interface UnitProgress {
  readonly unit: UnitName
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly partial: number
  readonly notStarted: number
  /** Steps at work now, and those of them that wait to be tried again. */
  readonly running: number
  readonly retrying: number
  /** When its first step or gate was told of, milliseconds since 1970; null: not yet. */
  readonly startedAt: number | null
  /** When it was last told of. */
  readonly lastAt: number
  readonly gate: GateWait | null
  /** Gates that have not passed. */
  readonly gatesLeft: number
  /** The gate that gave up; null: none has. */
  readonly stop: GateStop | null
  /** How many waves its roll has, and in which one it is; 0: it has none, or it has not begun. */
  readonly waves: number
  readonly wave: number
}

/** A gate that waits now. `since` is milliseconds since 1970. */
export interface GateWait {
  readonly step: StepId
  readonly healthy: number
  readonly need: number
  readonly since: number
  /** Whether the members are well, and a person is waited for. */
  readonly asks: boolean
}

/** Why a gate gave up. */
export interface GateStop {
  readonly step: StepId
  readonly cause: GateStopped['cause']
  readonly healthy: number
  readonly need: number
  readonly why: string
}

type GateStopped = Event & { readonly kind: 'gate-stopped' }

/** A unit that nothing was told of. */
export const untouched = (start: UnitStart, wave: number): UnitProgress => ({
  ...start,
  wave,
  failed: 0,
  partial: 0,
  notStarted: 0,
  running: 0,
  retrying: 0,
  startedAt: null,
  lastAt: 0,
  gate: null,
  stop: null,
})

/** The progress with one of its units changed; unchanged where the plan does not know the unit. */
export const inUnit = (view: Progress, unit: UnitName, change: (unit: UnitProgress) => UnitProgress): Progress => {
  const at = view.index.unitAt.get(unit)
  return at === undefined ? view : { ...view, units: withItem(view.units, at, change) }
}

export const gateWaiting = (view: Progress, event: Event & { readonly kind: 'gate-waiting' }): Progress =>
  inUnit(view, event.unit, (unit) => ({
    ...unit,
    startedAt: unit.startedAt ?? event.at,
    lastAt: event.at,
    gate: { step: event.step, healthy: event.healthy, need: event.need, since: event.at - event.elapsedMs, asks: false },
  }))

export const gateAsking = (view: Progress, event: Event & { readonly kind: 'gate-asking' }): Progress =>
  inUnit(view, event.unit, (unit) => ({
    ...unit,
    startedAt: unit.startedAt ?? event.at,
    lastAt: event.at,
    gate: { step: event.step, healthy: 0, need: 0, since: event.at, asks: true },
  }))

type GateEnd = Event & { readonly kind: 'gate-passed' | 'gate-stopped' | 'step-skipped' }

/** A gate passed, gave up, or was never asked. */
export const gateEnded = (view: Progress, event: GateEnd, name: UnitName): Progress =>
  inUnit(view, name, (unit) => ({
    ...unit,
    lastAt: event.at,
    gate: unit.gate?.step === event.step ? null : unit.gate,
    gatesLeft: Math.max(0, unit.gatesLeft - (event.kind === 'gate-passed' ? 1 : 0)),
    stop: event.kind === 'gate-stopped' ? event : unit.stop,
  }))
