import { asyncProperty, integer } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UnitName } from '@forgeplan/model'
import { parseAddress, unitOf } from '@forgeplan/model'
import type { Fleet, Interceptor, LoggedCall } from '@forgeplan/testkit'
import { fleets, fleetYaml, Lab, machinesOf, unitName, World } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { holds } from '../support/random.ts'

interface Spell {
  readonly unit: UnitName
  readonly method: string
  readonly from: number
  readonly to: number
  /** Milliseconds since 1970. */
  readonly begunAt: number
  readonly endedAt: number
}

/** Every change of an object with its beginning and its end, in the order of all beginnings and ends. */
const watch = (world: World): { readonly spells: readonly Spell[]; readonly most: () => number } => {
  const spells: Spell[] = []
  let [now, running, most] = [0, 0, 0]
  const interceptor: Interceptor = async (about, proceed) => {
    const address = parseAddress(about.target?.address ?? '')
    if (!about.mutating || address === undefined) return proceed()
    const [from, begunAt] = [now++, about.call.now()]
    most = Math.max(most, ++running)
    try {
      return await proceed()
    } finally {
      running -= 1
      spells.push({ unit: unitOf(address), method: about.method, from, to: now++, begunAt, endedAt: about.call.now() })
    }
  }
  world.interceptors.push(interceptor)
  return { spells, most: () => most }
}

/** What a unit waits for, by name or through a reference. */
const needs = (fleet: Fleet): readonly (readonly [UnitName, UnitName])[] =>
  fleet.units.flatMap((unit) => {
    const [, peer] = /\$\{instances\.([a-z]+)\./.exec(JSON.stringify(unit.inputs)) ?? []
    const all = [...unit.dependsOn, ...(peer === undefined ? [] : [`instance.${peer}` as UnitName])]
    return all.map((before) => [unitName(unit), before] as const)
  })

const wellAfterMs = 2_000

/** Whether somebody asks the members how they are, and there are any. */
const isAsked = (fleet: Fleet, name: UnitName): boolean => {
  const unit = fleet.units.find((one) => unitName(one) === name)
  return unit !== undefined && (unit.flavor === 'web' || unit.flavor === 'careful') && machinesOf({ ...fleet, units: [unit] }) > 0
}

const drains = (calls: readonly LoggedCall[]): readonly string[] =>
  calls.filter(({ method }) => method === 'drain').map(({ uid }) => uid ?? '')

describe('the order of what is done', () => {
  it('is that of the dependencies, down in reverse, and never more at once than allowed', { timeout: patience }, async () => {
    const property = asyncProperty(fleets({ maxUnits: 5 }), integer({ min: 1, max: 5 }), async (fleet, parallelism) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 1_000, healthyAfterMs: wellAfterMs }) })
      lab.configure(fleetYaml(fleet, 'w'))
      const up = watch(lab.world)
      await lab.apply({ parallelism })
      lab.world.interceptors.pop()
      expect(up.most()).toBeLessThanOrEqual(parallelism)
      for (const [unit, before] of needs(fleet)) {
        const first = Math.min(...up.spells.filter((spell) => spell.unit === unit).map(({ from }) => from))
        const last = Math.max(-1, ...up.spells.filter((spell) => spell.unit === before).map(({ to }) => to))
        const ready = Math.max(0, ...up.spells.filter((spell) => spell.unit === before).map(({ endedAt }) => endedAt))
        const begun = Math.min(...up.spells.filter((spell) => spell.unit === unit).map(({ begunAt }) => begunAt))
        if (isAsked(fleet, before)) expect(begun, `${unit} waits until ${before} is well`).toBeGreaterThanOrEqual(ready + wellAfterMs)
        expect(last, `${unit} is begun after ${before} is done`).toBeLessThan(first)
      }
      const down = watch(lab.world)
      lab.world.clearLog()
      await lab.apply({ mode: 'destroy', parallelism })
      expect(down.most()).toBeLessThanOrEqual(parallelism)
      const deletes = down.spells.filter(({ method }) => method === 'delete')
      for (const [unit, before] of needs(fleet)) {
        const last = Math.max(-1, ...deletes.filter((spell) => spell.unit === unit).map(({ to }) => to))
        const first = Math.min(...deletes.filter((spell) => spell.unit === before).map(({ from }) => from))
        expect(last, `${before} goes after ${unit}`).toBeLessThan(first)
      }
      const drained = drains(lab.world.log())
      expect(new Set(drained).size, 'nobody is drained twice').toBe(drained.length)
    })
    await holds('order', property, size.planned)
  })
})
