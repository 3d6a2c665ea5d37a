import { asyncProperty, integer, nat } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holds } from '../../../test/support/random.ts'
import { Crash } from '../src/crash.ts'
import { faultScript } from '../src/faults.ts'
import { edited, fleetYaml, machinesOf } from '../src/fleet.ts'
import { faultRules, fleets } from '../src/generators.ts'
import { Lab } from '../src/lab.ts'
import { ghosts, orphans, twins } from '../src/oracle.ts'
import { machineType } from '../src/sim-types.ts'
import { World } from '../src/world.ts'

const numRuns = process.env['FORGE_TEST_SCALE'] === 'full' ? 500 : 40

const expectWhole = (lab: Lab): void => {
  expect(orphans(lab.world, lab.state())).toEqual([])
  expect(twins(lab.world, lab.state())).toEqual([])
  expect(ghosts(lab.world, lab.state())).toEqual([])
}

describe('a run under random faults', () => {
  it('leaves no orphan and no twin, and the next run ends with what was wanted', async () => {
    const check = asyncProperty(fleets(), faultRules, async (fleet, rules) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2000 }) })
      lab.configure(fleetYaml(fleet, 'w'))
      const script = faultScript(lab.world, rules)
      lab.world.interceptors.push(script.interceptor)
      await lab.apply().catch((error: unknown) => expect(String(error)).toMatch(/EngineError|LabProblems/))
      lab.world.interceptors.pop()
      lab.world.settle(lab.clock.now() + 600_000)
      lab.clock.pass(600_000)
      const { outcome } = await lab.apply()
      expect(outcome).toMatchObject({ result: 'done' })
      expect(lab.world.objects().filter(({ type }) => type === machineType)).toHaveLength(machinesOf(fleet))
      expectWhole(lab)
    })
    await holds('random faults', check, numRuns)
  })

  it('goes from one configuration to another through two crashes', async () => {
    const moments = integer({ min: 1, max: 60 })
    const check = asyncProperty(fleets(), nat(20), moments, moments, async (fleet, seed, first, second) => {
      using lab = new Lab({ world: new World({ name: 'w', creationMs: 2000 }) })
      lab.configure(fleetYaml(fleet, 'w'))
      await lab.apply()
      lab.configure(fleetYaml(edited(fleet, seed), 'w'))
      await lab.applyUntil(new Crash(first))
      await lab.applyUntil(new Crash(second))
      // What was still being made when the plan was made may have changed by itself since: then one more plan is asked for.
      const { outcome } = await lab.apply()
      const { outcome: last } = outcome.result === 'stale' ? await lab.apply() : { outcome }
      expect(last).toMatchObject({ result: 'done' })
      const left = await lab.plan()
      expect(left.changes.filter(({ action }) => action !== 'keep')).toEqual([])
      expectWhole(lab)
    })
    await holds('two crashes', check, numRuns)
  })
})
