import { asyncProperty, integer, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Crash, fleetYaml, Lab, World, worldEdits } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { fleetChanges } from '../support/changes.ts'
import { meddle } from '../support/meddle.ts'
import { holds } from '../support/random.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { standingOf, wantedOf } from '../support/wanted.ts'
import { stopAt } from './stop.ts'

const stops = record({ first: integer({ min: 1, max: 90 }), second: integer({ min: 1, max: 60 }), third: integer({ min: 1, max: 60 }) })

describe('any change of any fleet in any world', () => {
  it('that is stopped dead three times ends where the fourth run gets it', { timeout: patience }, async () => {
    const limits = { retained: false }
    const property = asyncProperty(fleetChanges(limits), worldEdits, stops, async ({ before, after }, edits, { first, second, third }) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2_000, healthyAfterMs: 500 }) })
      lab.configure(fleetYaml(before, 'w'))
      await stopAt(lab, first)
      meddle(
        lab.world,
        edits.filter(({ kind }) => kind !== 'move-away' && kind !== 'unhealthy'),
      )
      lab.configure(fleetYaml(after, 'w'))
      // What the first run asked for may come to stand in any of those that follow.
      if (await shrinksDisks(lab)) return
      await lab.applyUntil(new Crash(second))
      if (await shrinksDisks(lab)) return
      await stopAt(lab, third)
      if (await shrinksDisks(lab)) return
      const { outcome, plan } = await lab.apply()
      expect(outcome, doings(plan).join('; ')).toMatchObject({ result: 'done', failure: null })
      expectTruth(lab)
      expect(standingOf(after, lab.world, lab.state()), JSON.stringify(shapeOf(lab.world, lab.state()))).toEqual(wantedOf(after))
      expect(doings(await lab.plan())).toEqual([])
    })
    await holds('crash walk', property, size.crashWalks)
  })
})

const shrinksDisks = (lab: Lab): Promise<boolean> =>
  lab.plan().then(
    () => false,
    (error: unknown) => {
      if (String(error).includes('FORGE3003')) return true
      throw error
    },
  )
