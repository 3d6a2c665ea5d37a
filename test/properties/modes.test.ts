import { asyncProperty, constantFrom, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasChanges } from '@forgeplan/model'
import type { Fleet } from '@forgeplan/testkit'
import { fleets, fleetYaml, genuineMark, Lab, LabProblems, unitName, World, worldEdits } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { fleetChanges } from '../support/changes.ts'
import { meddle } from '../support/meddle.ts'
import { holds } from '../support/random.ts'
import { doings, expectSoundSteps, expectTruth } from '../support/truth.ts'
import { standingOf, wantedOf } from '../support/wanted.ts'

// What a smaller disk is refused for, is no matter here.
const growing = (fleet: Fleet): Fleet => ({ ...fleet, units: fleet.units.map(withoutDisks) })
const withoutDisks = (unit: Fleet['units'][number]): Fleet['units'][number] => {
  const { disks: _, ...inputs } = unit.inputs
  return { ...unit, inputs }
}

const readyToEdit = async (fleet: Fleet): Promise<Lab> => {
  const lab = new Lab({ world: new World({ name: 'w', creationMs: 1_000 }) })
  lab.configure(fleetYaml(fleet, 'w'))
  await lab.apply()
  return lab
}

const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta']

describe('a plan that is not for everything', () => {
  it('destroy takes down all that is ours and nobody keeps, and nothing else', { timeout: patience }, async () => {
    const property = asyncProperty(fleets(), worldEdits, async (fleet, edits) => {
      using lab = await readyToEdit(fleet)
      meddle(lab.world, edits)
      const others = lab.world.objects().filter((object) => genuineMark(object) === undefined)
      const away = lab.world.objects().filter(({ where }) => where !== '/')
      const { plan, outcome } = await lab.apply({ mode: 'destroy' })
      expectSoundSteps(plan)
      expect(outcome).toMatchObject({ result: 'done', failure: null })
      expectTruth(lab)
      const left = lab.world.objects().filter((object) => !others.some(({ id }) => id === object.id))
      const released = new Set([...lab.state().rows.values()].filter(({ phase }) => phase.kind === 'released').map(({ uid }) => uid))
      expect(left.filter(({ uid }) => !released.has(uid))).toEqual([])
      expect([...lab.state().rows.values()].filter(({ phase }) => phase.kind !== 'released')).toEqual([])
      expect(lab.world.objects()).toEqual(expect.arrayContaining([...others, ...away]))
      expect(doings(await lab.plan({ mode: 'destroy' }))).toEqual([])
      expect(lab.state().outputs).toEqual({})
    })
    await holds('destroy', property, size.planned)
  })

  it('targets, replacements and refreshes leave a state from which the whole converges', { timeout: patience }, async () => {
    const some = subarray(names, { maxLength: 2 })
    const modes = constantFrom('normal' as const, 'normal' as const, 'destroy' as const, 'refresh-only' as const)
    const property = asyncProperty(
      fleetChanges(),
      worldEdits,
      some,
      some,
      modes,
      async ({ before, after }, edits, targeted, replaced, mode) => {
        using lab = await readyToEdit(growing(before))
        meddle(lab.world, edits)
        lab.configure(fleetYaml(growing(after), 'w'))
        const known = (list: readonly string[]) => after.units.filter(({ name }) => list.includes(name)).map((unit) => unitName(unit))
        const options = { mode, targets: known(targeted), replace: mode === 'normal' ? known(replaced) : [] }
        try {
          const { plan } = await lab.apply(options)
          expectSoundSteps(plan)
        } catch (error) {
          if (!(error instanceof LabProblems)) throw error
        }
        for (const { id, uid, inputs } of lab.world.objects()) {
          lab.world.setHealth(id, null)
          // What was let go of keeps its port until somebody gives it another.
          const released = lab.state().rows.get(uid)?.phase.kind === 'released'
          if (released && inputs['port'] !== undefined) lab.world.editInput(id, 'port', null)
        }
        for (let runs = 0; runs < 2 && hasChanges(await lab.plan()); runs++) await lab.apply()
        const rest = await lab.plan()
        expect(doings(rest)).toEqual([])
        expectTruth(lab)
        if (rest.refusals.length === 0) expect(standingOf(growing(after), lab.world, lab.state())).toEqual(wantedOf(growing(after)))
      },
    )
    await holds('modes', property, size.planned)
  })

  it('of large and dense fleets has steps without circles and few edges', { timeout: patience }, async () => {
    const property = asyncProperty(
      fleets({ maxUnits: 6, maxSize: 25 }),
      fleets({ maxUnits: 6, maxSize: 25 }),
      constantFrom('normal' as const, 'destroy' as const),
      async (before, after, mode) => {
        using lab = new Lab({ world: new World({ name: 'w' }) })
        lab.configure(fleetYaml(growing(before), 'w'))
        expectSoundSteps(await lab.plan())
        await lab.apply({ parallelism: 100 })
        lab.configure(fleetYaml(growing(after), 'w'))
        expectSoundSteps(await lab.plan({ mode }))
      },
    )
    await holds('dense', property, size.planned / 2)
  })
})
