import { asyncProperty } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '@forgeplan/model'
import { faultRules, faultScript, fleetYaml, Lab, LabProblems, orphans, twins, World, worldEdits } from '@forgeplan/testkit'
import { EngineError } from '@forgeplan/engine'
import { patience, size } from '../scale.ts'
import { fleetChanges } from '../support/changes.ts'
import { meddle } from '../support/meddle.ts'
import { holds } from '../support/random.ts'
import { doings, expectSoundSteps, expectTruth } from '../support/truth.ts'
import { standingOf, wantedOf } from '../support/wanted.ts'
import { viewsOf } from '../support/views.ts'

/** A plan, or null where the configuration asks for what cannot be done, such as a smaller disk. */
const planOf = async (lab: Lab) => {
  try {
    return await lab.plan()
  } catch (error) {
    if (error instanceof LabProblems && error.problems.every(({ code, severity }) => code === 'FORGE3003' || severity === 'warning'))
      return null
    throw error
  }
}

const troubledApply = async (lab: Lab): Promise<void> => {
  try {
    await lab.apply()
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
}

describe('from any world to any configuration', () => {
  it('a plan changes nothing and says the same each time; apply gets there through faults', { timeout: patience }, async () => {
    const property = asyncProperty(fleetChanges(), worldEdits, faultRules, async ({ before, after }, edits, rules) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2_000 }) })
      lab.configure(fleetYaml(before, 'w'))
      await lab.apply()
      meddle(lab.world, edits)
      lab.configure(fleetYaml(after, 'w'))

      const still = { world: lab.world.snapshot(), journal: canonicalJson(lab.journal.records) }
      const plan = await planOf(lab)
      if (plan === null) return
      expectSoundSteps(plan)
      const again = await lab.plan()
      expect(again.id).toBe(plan.id)
      expect(viewsOf(again, lab)).toEqual(viewsOf(plan, lab))
      lab.configure(fleetYaml(after, 'w', { reversed: true }))
      const reversed = await lab.plan()
      expect(reversed.id).toBe(plan.id)
      expect(viewsOf(reversed, lab)).toEqual(viewsOf(plan, lab))
      expect({ world: lab.world.snapshot(), journal: canonicalJson(lab.journal.records) }).toEqual(still)

      const script = faultScript(lab.world, rules)
      lab.world.interceptors.push(script.interceptor)
      await troubledApply(lab)
      lab.world.interceptors.pop()
      expect(orphans(lab.world, lab.state())).toEqual([])
      expect(twins(lab.world, lab.state())).toEqual([])
      lab.clock.pass(600_000)
      lab.world.settle(lab.clock.now())
      for (const object of lab.world.objects()) lab.world.setHealth(object.id, null)
      const { plan: last, outcome } = await lab.apply()
      expect(outcome, doings(last).join('; ')).toMatchObject({ failure: null, result: 'done' })
      const pets = last.refusals.some(({ kind }) => kind === 'pet-detached')
      expect(last.refusals.filter(({ kind }) => kind !== 'pet-detached' && kind !== 'vanished')).toEqual([])
      expectTruth(lab)
      if (!pets) expect(standingOf(after, lab.world, lab.state())).toEqual(wantedOf(after))
      expect(doings(await lab.plan())).toEqual([])
      lab.world.clearLog()
      await lab.apply()
      expect(lab.world.mutatingCalls()).toEqual([])
    })
    await holds('walk', property, size.applied)
  })
})
