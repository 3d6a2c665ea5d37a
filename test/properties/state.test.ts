import { asyncProperty, boolean } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stackName } from '@forgeplan/model'
import { emptyState, foldAll } from '@forgeplan/planner'
import { faultRules, faultScript, fleetYaml, Lab, LabProblems, World } from '@forgeplan/testkit'
import { EngineError } from '@forgeplan/engine'
import { patience, size } from '../scale.ts'
import { fleetChanges } from '../support/changes.ts'
import { holds } from '../support/random.ts'
import { storedJournal } from '../support/stored.ts'

/** An apply that may be refused, fail, or have nothing to plan from; only a bug throws. */
const attempt = async (lab: Lab) => {
  try {
    return await lab.apply()
  } catch (error) {
    if (error instanceof EngineError || error instanceof LabProblems) return null
    throw error
  }
}

describe('the journal', () => {
  it('folds to the state that the store gives back, whatever went wrong', { timeout: patience }, async () => {
    const property = asyncProperty(fleetChanges(), faultRules, boolean(), async ({ before, after }, rules, snapshots) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2_000 }) })
      await using stored = await storedJournal(stackName('lab'))
      lab.world.interceptors.push(faultScript(lab.world, rules).interceptor)
      for (const fleet of [before, after, after]) {
        lab.configure(fleetYaml(fleet, 'w'))
        lab.journal = stored.journal
        const run = await attempt(lab)
        if (run !== null) expect(run.outcome.state).toEqual(lab.state())
        expect(await stored.reopened()).toEqual(lab.state())
        if (snapshots) await stored.snapshot()
        expect(await stored.reopened()).toEqual(lab.state())
      }
      expect(foldAll(emptyState(stackName('lab')), lab.journal.records)).toEqual(lab.state())
    })
    await holds('stored', property, size.stored)
  })
})
