import type { Address, Roll, UnitName } from '@forgeplan/model'
import { itemAt } from './chunks.ts'
import type { Progress } from './progress.ts'
import type { Outcome, RolledStep } from './roll-progress.ts'

/** Where the members of a roll stand when its run is over; each is in one list, in the order of the waves. */
export interface RollEnd {
  /** Changed, or successors that have come. */
  readonly fresh: readonly Address[]
  readonly failed: readonly Address[]
  /** Begun and neither failed nor changed, such as one that is drained or taken down. */
  readonly between: readonly Address[]
  /** As they were before the run. */
  readonly untouched: readonly Address[]
}

// Linear in the plan.
const rollEnds = ({ index: { rolls }, outcomes }: Progress): ReadonlyMap<UnitName, RollEnd> => {
  const steps = new Map<Address, (RolledStep & { readonly outcome: Outcome | null })[]>()
  for (const step of rolls.steps) {
    const outcome = itemAt(outcomes, step.at) ?? null
    const of = steps.get(step.address)
    if (of === undefined) steps.set(step.address, [{ ...step, outcome }])
    else of.push({ ...step, outcome })
  }
  const conditionOf = (address: Address): Condition => conditionBy(steps.get(address) ?? [])
  return new Map(rolls.rolls.map((roll) => [roll.unit, endOf(roll, conditionOf)]))
}

type Condition = 'fresh' | 'failed' | 'between' | 'gone' | 'untouched'

const conditionBy = (steps: readonly (RolledStep & { readonly outcome: Outcome | null })[]): Condition => {
  if (steps.some(({ outcome }) => outcome === 'failed')) return 'failed'
  if (steps.every(({ outcome }) => outcome === null)) return 'untouched'
  // Who waits only to be told of is there already.
  const made = steps.findLast(({ kind }) => kind === 'create' || kind === 'restart')
  if (made !== undefined) return made.outcome === 'done' ? 'fresh' : 'between'
  return steps.some(({ kind, outcome }) => kind === 'delete' && outcome === 'done') ? 'gone' : 'between'
}

const endOf = ({ waves }: Roll, conditionOf: (address: Address) => Condition): RollEnd => {
  const lists: Record<Condition, Address[]> = { fresh: [], failed: [], between: [], gone: [], untouched: [] }
  for (const { members, successors } of waves) {
    for (const address of members) lists[conditionOf(address)].push(address)
    for (const address of successors) {
      const condition = conditionOf(address)
      // One that has not come is nobody yet.
      if (condition !== 'untouched') lists[condition].push(address)
    }
  }
  const { gone: _, ...rest } = lists
  return rest
}

const isStopped = ({ failed, between, untouched }: RollEnd): boolean => failed.length + between.length + untouched.length > 0

/** The rolls that did not come to their end: somebody was not changed, or the last gate gave up. */
export const stoppedRolls = (view: Progress): ReadonlyMap<UnitName, RollEnd> =>
  new Map([...rollEnds(view)].filter(([unit, end]) => isStopped(end) || stopOf(view, unit)))

const stopOf = ({ index, units }: Progress, unit: UnitName): boolean => itemAt(units, index.unitAt.get(unit) ?? -1)?.stop != null
