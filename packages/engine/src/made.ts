import type { Address, Step, StepId, UnitName } from '@forgeplan/model'

/** The members that a plan has made or changed by the time of a gate, in the gate's unit; none for any other step. */
export type MadeBy = (gate: StepId) => readonly Address[]

/** Adds up the members of each unit's gates, in plan order; linear in the gates and their members. */
export const madeByGates = (steps: readonly Step[]): MadeBy => {
  const units = new Map<UnitName, Set<Address>>()
  const ends = new Map<StepId, { readonly unit: UnitName; readonly count: number }>()
  for (const step of steps) {
    if (step.kind !== 'gate') continue
    const made = units.get(step.gate.unit) ?? new Set<Address>()
    for (const member of step.gate.members) made.add(member)
    units.set(step.gate.unit, made)
    ends.set(step.id, { unit: step.gate.unit, count: made.size })
  }
  const lists = new Map([...units].map(([unit, made]) => [unit, [...made]]))
  return (gate) => {
    const end = ends.get(gate)
    return end === undefined ? [] : (lists.get(end.unit) ?? []).slice(0, end.count)
  }
}
