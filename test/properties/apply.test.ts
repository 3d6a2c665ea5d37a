import { asyncProperty } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasChanges } from '@forgeplan/model'
import { fleets, fleetYaml, Lab, World } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { holds } from '../support/random.ts'
import { doings, expectSoundSteps, expectTruth } from '../support/truth.ts'
import { standingOf, wantedOf } from '../support/wanted.ts'

describe('an apply without trouble', () => {
  it('ends in the world that the file asks for, with nothing left to do', { timeout: patience }, async () => {
    const property = asyncProperty(fleets(), async (fleet) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2_000 }) })
      lab.configure(fleetYaml(fleet, 'w'))
      const { plan, outcome } = await lab.apply()
      expectSoundSteps(plan)
      expect(outcome).toMatchObject({ result: 'done', failure: null })
      expectTruth(lab)
      expect(standingOf(fleet, lab.world, lab.state())).toEqual(wantedOf(fleet))
      const again = await lab.plan()
      expect(doings(again)).toEqual([])
      expect(hasChanges(again)).toBe(false)
      lab.world.clearLog()
      await lab.apply()
      expect(lab.world.mutatingCalls()).toEqual([])
    })
    await holds('first apply', property, size.planned)
  })
})
