import { asyncProperty, integer } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasChanges } from '@forgeplan/model'
import type { Fleet } from '@forgeplan/testkit'
import { fleets, fleetYaml, Lab, machineType, resized, unitName, World } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { holds } from '../support/random.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'

const renamedUnit = (name: string): string => `${name}-renamed`

/** The fleet under other names, and the moves that say so. What a machine says about itself would change with its name, so it says nothing. */
const renamed = (fleet: Fleet): { readonly quiet: Fleet; readonly renamed: Fleet; readonly moved: string } => {
  const units = fleet.units.map((unit) => ({ ...unit, flavor: null, inputs: { ...unit.inputs, note: 'says nothing' } }))
  const text = JSON.stringify(units.map((unit) => ({ ...unit, name: renamedUnit(unit.name) })))
    .replaceAll(/\$\{instances\.([a-z]+)\./g, (_, name: string) => `\${instances.${renamedUnit(name)}.`)
    .replaceAll(/"(group|instance)\.([a-z]+)"/g, (_, kind: string, name: string) => `"${kind}.${renamedUnit(name)}"`)
  const moves = fleet.units.map((unit) => ({ from: unitName(unit), to: unitName({ ...unit, name: renamedUnit(unit.name) }) }))
  return {
    quiet: { ...fleet, units, outputs: {} },
    renamed: { ...fleet, units: JSON.parse(text) as Fleet['units'], outputs: {} },
    moved: `moved: ${JSON.stringify(moves)}\n`,
  }
}

describe('a change that is none', () => {
  it('renaming with moved: no step, no call, and the same objects under new addresses', { timeout: patience }, async () => {
    const property = asyncProperty(fleets(), async (fleet) => {
      using lab = new Lab({ world: new World({ name: 'w' }) })
      const { quiet, renamed: after, moved } = renamed(fleet)
      lab.configure(fleetYaml(quiet, 'w'))
      await lab.apply()
      const before = lab.world.snapshot()
      const uids = [...lab.state().rows.keys()]
      lab.world.clearLog()
      lab.configure(fleetYaml(after, 'w') + moved)
      const { plan, outcome } = await lab.apply()
      expect(plan.steps).toEqual([])
      expect(plan.changes.filter(({ action }) => action !== 'keep')).toEqual([])
      expect(plan.renamed).toHaveLength(uids.length)
      expect(outcome).toMatchObject({ result: 'done', failure: null })
      expect(lab.world.mutatingCalls()).toEqual([])
      expect(lab.world.snapshot()).toBe(before)
      expect([...lab.state().rows.keys()]).toEqual(uids)
      expect(hasChanges(await lab.plan()), doings(await lab.plan()).join('; ')).toBe(false)
      expectTruth(lab)
    })
    await holds('renaming', property, size.planned)
  })

  it('scaling from k to m and back ends with the original', { timeout: patience }, async () => {
    const property = asyncProperty(
      fleets({ retained: false }),
      integer({ min: 0, max: 6 }),
      integer({ min: 0, max: 6 }),
      async (fleet, k, m) => {
        using lab = new Lab({ world: new World({ name: 'w' }) })
        const keeping = { ...fleet, units: fleet.units.map((unit) => ({ ...unit, policy: {} })) }
        const apply = async (count: number) => {
          lab.configure(fleetYaml(resized(keeping, count), 'w'))
          expect((await lab.apply()).outcome).toMatchObject({ result: 'done', failure: null })
          return shapeOf(lab.world, lab.state())
        }
        const original = await apply(k)
        await apply(m)
        expect(await apply(k)).toEqual(original)
        expectTruth(lab)
        expect(hasChanges(await lab.plan())).toBe(false)
        const rows = [...lab.state().rows.values()].filter(({ type }) => type === machineType)
        expect(new Set(rows.map(({ address }) => address)).size).toBe(rows.length)
      },
    )
    await holds('scaling', property, size.planned)
  })
})
