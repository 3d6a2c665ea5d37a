import type { Arbitrary } from 'fast-check'
import { array, constantFrom, oneof, tuple } from 'fast-check'
import type { PlainMap } from '@forgeplan/model'
import type { Fleet, FleetLimits, FleetUnit } from '@forgeplan/testkit'
import { allAtOnce, fleets, unitName } from '@forgeplan/testkit'

/** A fleet and what somebody makes of it: the same again, something near it, or something else altogether. */
export interface FleetChange {
  readonly before: Fleet
  readonly after: Fleet
}

type Fate = 'stays' | 'inputs' | 'shape' | 'flavor' | 'goes'

const fates = array(constantFrom<Fate>('stays', 'stays', 'inputs', 'shape', 'flavor', 'goes'), { minLength: 6, maxLength: 6 })

export const fleetChanges = (limits: FleetLimits = {}): Arbitrary<FleetChange> =>
  oneof(
    fleets(limits).map((fleet) => ({ before: fleet, after: fleet })),
    tuple(fleets(limits), fleets(limits), fates).map(([before, other, chosen]) => ({ before, after: near(before, other, chosen) })),
    tuple(fleets(limits), fleets(limits)).map(([before, after]) => ({ before, after })),
  )

const near = (before: Fleet, other: Fleet, chosen: readonly Fate[]): Fleet => {
  const drafts = before.units.flatMap((unit, i) => draftOf(unit, other.units[i], chosen[i] ?? 'stays'))
  const added = other.units.slice(before.units.length)
  const units = [...drafts, ...added.filter(({ name }) => !drafts.some((draft) => draft.name === name))].reduce<readonly FleetUnit[]>(
    (placed, unit) => [...placed, fitted(unit, placed)],
    [],
  )
  const singles = units.filter(({ shape }) => shape.kind === 'single')
  return { ...before, units, outputs: Object.fromEntries(singles.map(({ name }) => [name, `\${instances.${name}.ip}`])) }
}

const draftOf = (unit: FleetUnit, other: FleetUnit | undefined, fate: Fate): readonly FleetUnit[] => {
  if (fate === 'goes') return []
  if (other === undefined || fate === 'stays') return [unit]
  if (fate === 'inputs') return [{ ...unit, inputs: other.inputs }]
  return [fate === 'shape' ? { ...unit, shape: other.shape } : { ...unit, flavor: other.flavor, policy: other.policy }]
}

const ports: Readonly<Record<string, number>> = { alpha: 8000, beta: 8001, gamma: 8002, delta: 8003, epsilon: 8004, zeta: 8005 }

// What a unit refers to has to stand before it, and only a lone machine can have a port.
const fitted = (unit: FleetUnit, placed: readonly FleetUnit[]): FleetUnit => {
  const { port: _, tags, ...inputs } = unit.inputs
  const before = placed.map(unitName)
  const peer = /\$\{instances\.([a-z]+)\./.exec(JSON.stringify(tags ?? ''))?.[1]
  const known = peer !== undefined && before.includes(`instance.${peer}` as (typeof before)[number])
  const more: PlainMap = {
    ...(known ? { tags: tags as PlainMap } : {}),
    ...(unit.shape.kind === 'single' ? { port: ports[unit.name] ?? 8010 } : {}),
  }
  const { update: _update, ...bare } = unit
  return {
    ...bare,
    ...allAtOnce(unit.shape),
    inputs: { ...inputs, ...more },
    dependsOn: unit.dependsOn.filter((name) => before.includes(name)),
  }
}
