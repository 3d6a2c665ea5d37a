import { expect, test } from 'vitest'
import { ProviderError } from '@forgeplan/sdk'
import type { Lab } from '@forgeplan/testkit'
import { exitOf } from '../support/command.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { built, calls, count, expectConverged, herd, idAt, machine } from './herd.ts'

const sized = (size: number, image = 'a') => herd({ size, instance: machine(image) })

const failing = (lab: Lab, method: 'apply' | 'delete', address: string): void =>
  void lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === method && about.target?.address === address) throw new ProviderError('denied', 'The platform says no.')
    return proceed()
  })

test('InfraKit 2.5.5: an apply that failed says so, and so does every plan after it', async () => {
  using lab = await built(sized(3))
  failing(lab, 'delete', 'group.web/2')
  lab.configure(sized(3, 'b'))
  const applied = await lab.apply()
  expect(exitOf(applied)).toBe(3)
  expect(applied.outcome.failure?.message).toContain('The platform says no.')
  for (let looks = 0; looks < 2; looks++) expect(doings(await lab.plan())).toEqual(['replace group.web/2', 'replace group.web/3'])
  expectTruth(lab)
})

test('InfraKit 2.5.5: a group with too few members is never said to be as it should', async () => {
  using lab = await built(sized(3))
  failing(lab, 'apply', 'group.web/5')
  lab.configure(sized(5))
  expect(exitOf(await lab.apply())).toBe(3)
  expect(doings(await lab.plan())).toEqual(['create group.web/5'])
})

test('InfraKit 2.5.5: an apply whose members do not become well has not succeeded', async () => {
  using lab = await built(sized(1))
  lab.world.setHealthyAfterMs(Infinity)
  lab.configure(sized(2))
  const applied = await lab.apply()
  expect(exitOf(applied)).toBe(3)
  expect(applied.outcome.failure?.message).toContain('group.web')
})

test('InfraKit 2.5.12 and row 16: one destroy that fails is told; the others go, and the next run finishes', async () => {
  using lab = await built(sized(3))
  failing(lab, 'delete', 'group.web/2')
  const applied = await lab.apply({ mode: 'destroy' })
  expect(exitOf(applied)).toBe(3)
  expect(applied.outcome.failure?.message).toContain('The platform says no.')
  expect(count(lab)).toBe(1)
  lab.world.interceptors.splice(0)
  expect(exitOf(await lab.apply({ mode: 'destroy' }))).toBe(0)
  expect(lab.world.objects()).toEqual([])
  expect(doings(await lab.plan({ mode: 'destroy' }))).toEqual([])
})

test('Row 16: the leader goes last, when a group shrinks as when it is changed', async () => {
  using lab = await built(sized(3))
  lab.world.setLeader(idAt(lab, 'group.web/1'))
  lab.configure(sized(3, 'b'))
  expect((await lab.plan()).rolls[0]?.waves.flatMap(({ members }) => members)).toEqual(['group.web/2', 'group.web/3', 'group.web/1'])
  lab.configure(sized(1))
  expect(doings(await lab.plan())).toEqual(['delete group.web/2', 'delete group.web/3'])
})

test('Row 14: planning twice says the same and touches nothing', async () => {
  using lab = await built(sized(3))
  lab.world.kill(idAt(lab, 'group.web/2'))
  lab.configure(sized(5, 'b'))
  const [world, records] = [lab.world.snapshot(), lab.journal.records.length]
  const [once, twice] = [await lab.plan(), await lab.plan()]
  expect(twice).toEqual(once)
  expect(calls(lab)).toEqual([])
  expect([lab.world.snapshot(), lab.journal.records.length]).toEqual([world, records])
})

test('Row 14: what was planned is what is done, and then there is nothing to do', async () => {
  using lab = await built(sized(2))
  lab.configure(sized(3, 'b'))
  const plan = await lab.plan()
  const planned = plan.changes.filter(({ action }) => action !== 'keep').map(({ address }) => String(address))
  await expectConverged(lab, await lab.apply({ plan }))
  expect(new Set(calls(lab).map((call) => call.split(' ')[1]))).toEqual(new Set(planned))
})
