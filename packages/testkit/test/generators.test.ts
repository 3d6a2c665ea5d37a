import { assert, asyncProperty, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holds } from '../../../test/support/random.ts'
import { hasChanges } from '@forgeplan/model'
import { fleetYaml, machinesOf } from '../src/fleet.ts'
import { fleets, worldEdits } from '../src/generators.ts'
import { Lab } from '../src/lab.ts'
import { orphans, twins } from '../src/oracle.ts'
import { machineType } from '../src/sim-types.ts'
import { World } from '../src/world.ts'
import { doEdit } from '../src/world-edit.ts'

const numRuns = process.env['FORGE_TEST_SCALE'] === 'full' ? 500 : 40

it('a fleet writes how its units are updated, where it says so', () => {
  const unit = { shape: { kind: 'sized', size: 3 }, inputs: {}, flavor: null, policy: {}, dependsOn: [] } as const
  const rolling = { ...unit, name: 'b', update: { batch: 2 }, quorum: 'majority', healUnhealthy: { checks: 2 } } as const
  const text = fleetYaml({ stack: 's', flavors: {}, units: [{ ...unit, name: 'a' }, rolling], outputs: {} }, 'w')
  expect(text).toContain('  a: {"size":3,"instance":{"provider":"here"}}\n')
  expect(text).toContain('"update":{"batch":2},"quorum":"majority","healUnhealthy":{"checks":2}}\n')
})

describe('a random fleet', () => {
  it('is a configuration without problems, in either order', () => {
    assert(
      property(fleets(), (fleet) => {
        using lab = new Lab({ world: new World({ name: 'w' }) })
        const desired = lab.configure(fleetYaml(fleet, 'w'))
        expect(lab.configure(fleetYaml(fleet, 'w', { reversed: true }))).toEqual(desired)
      }),
      { numRuns },
    )
  })

  it('is made whole by one apply, and a second finds nothing to do', async () => {
    const check = asyncProperty(fleets(), async (fleet) => {
      using lab = new Lab({ world: new World({ name: 'w' }) })
      lab.configure(fleetYaml(fleet, 'w'))
      const { outcome } = await lab.apply()
      expect(outcome).toMatchObject({ result: 'done' })
      expect(lab.world.objects().filter(({ type }) => type === machineType)).toHaveLength(machinesOf(fleet))
      const again = await lab.plan()
      expect(again.changes.filter(({ action }) => action !== 'keep')).toEqual([])
      expect(hasChanges(again)).toBe(false)
      expect(orphans(lab.world, lab.state())).toEqual([])
    })
    await holds('random fleets', check, numRuns)
  })

  it('survives what other people do, without orphans and twins of its own', async () => {
    const check = asyncProperty(fleets(), worldEdits, async (fleet, edits) => {
      using lab = new Lab({ world: new World({ name: 'w' }) })
      lab.configure(fleetYaml(fleet, 'w'))
      await lab.apply()
      for (const edit of edits) doEdit(lab.world, edit)
      await lab.apply()
      expect(orphans(lab.world, lab.state())).toEqual([])
      expect(twins(lab.world, lab.state())).toEqual([])
    })
    await holds('edited worlds', check, numRuns)
  })
})
