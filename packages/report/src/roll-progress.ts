import type { Address, Plan, Roll, StepId, StepKind, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Chunks } from './chunks.ts'
import { itemAt, toChunks, withItem } from './chunks.ts'
import type { Progress } from './progress.ts'
import { inUnit } from './unit-progress.ts'

/** What came of a step of a rolled member. */
export type Outcome = 'begun' | 'done' | 'failed'

/** The rolls of a run, and the steps of their members; made once. */
export interface RollIndex {
  readonly rolls: readonly Roll[]
  /** The wave in which a member goes or its successor comes, from 1. */
  readonly waveOf: ReadonlyMap<Address, number>
  readonly wavesOf: ReadonlyMap<UnitName, number>
  readonly steps: readonly RolledStep[]
}

export interface RolledStep {
  readonly address: Address
  readonly kind: StepKind
  /** Place in the plan. */
  readonly at: number
}

/** Linear in the plan. */
export const indexRolls = ({ rolls, steps }: Pick<Plan, 'rolls' | 'steps'>): RollIndex => {
  const waveOf = new Map<Address, number>()
  for (const { waves } of rolls)
    for (const [at, { members, successors }] of waves.entries())
      for (const address of [...members, ...successors]) waveOf.set(address, at + 1)
  const rolled = steps.flatMap((step, at): readonly RolledStep[] =>
    step.kind !== 'gate' && waveOf.has(step.address) ? [{ address: step.address, kind: step.kind, at }] : [],
  )
  return { rolls, waveOf, wavesOf: new Map(rolls.map(({ unit, waves }) => [unit, waves.length])), steps: rolled }
}

/** What earlier runs of the plan have done with its rolled members. */
export const startOutcomes = (
  { steps: own }: RollIndex,
  { steps }: Pick<Plan, 'steps'>,
  done: ReadonlySet<StepId>,
): Chunks<Outcome | null> => {
  if (own.length === 0) return []
  const places = new Set(own.map(({ at }) => at))
  return toChunks(steps.map(({ id }, at) => (places.has(at) && done.has(id) ? 'done' : null)))
}

/** The wave that a unit had come to. */
export const startWaves = ({ steps, waveOf }: RollIndex, outcomes: Chunks<Outcome | null>): ReadonlyMap<UnitName, number> => {
  const waves = new Map<UnitName, number>()
  for (const { address, at } of steps)
    if (itemAt(outcomes, at) === 'done') waves.set(unitOf(address), Math.max(waves.get(unitOf(address)) ?? 0, waveOf.get(address) ?? 0))
  return waves
}

/** Notes what came of a step if its object is rolled; the unit is then in its wave. */
export const rolled = (view: Progress, event: { readonly step: StepId; readonly address: Address }, outcome: Outcome): Progress => {
  const { index } = view
  const wave = index.rolls.waveOf.get(event.address)
  const at = index.stepAt.get(event.step)
  if (wave === undefined || at === undefined) return view
  const noted = { ...view, outcomes: withItem(view.outcomes, at, () => outcome) }
  const unit = itemAt(view.units, index.unitAt.get(unitOf(event.address)) ?? -1)
  return unit === undefined || unit.wave >= wave ? noted : inUnit(noted, unit.unit, (of) => ({ ...of, wave }))
}
