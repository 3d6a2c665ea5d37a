import type { Health } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { idAt, Lab, unit, web1 } from './lab.ts'

const day = 86_400_000
const heal = { checks: 3, intervalMs: 10_000 }
const sick: Health = { kind: 'unhealthy', why: 'worn out' }

/** A lab whose members of `group.web` were started long ago. */
const settled = async (lab: Lab, desired: ReturnType<Lab['desired']>) => {
  await lab.apply(desired)
  lab.clock.pass(day)
}

/** What the flavor answers for the first member, one after the other; then nothing but `healthy`. */
const answering = (lab: Lab, ...answers: readonly Health[]) => {
  const { flavor } = lab
  const asked: number[] = []
  lab.flavor = {
    ...flavor,
    survey: async (_config, members) => {
      const now = answers[asked.length] ?? { kind: 'healthy' }
      asked.push(members.length)
      return new Map(members.map(({ uid, address }) => [uid, address === web1 ? now : { kind: 'healthy' }]))
    },
  }
  return asked
}

test('The leader is told with its health, and nothing else counts as a role', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2, flavor: {} })])
  await settled(lab, desired)
  lab.world.setLeader(idAt(lab, web1))
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': { kind: 'healthy', role: 'leader' }, 'group.web/2': { kind: 'healthy' } })
  answering(lab, { kind: 'unhealthy', why: 'x', role: 'Leader' } as never)
  expect(await lab.survey(desired)).toMatchObject({ 'group.web/1': { kind: 'unhealthy', why: 'x' } })
  expect((await lab.survey(desired))[web1]).not.toHaveProperty('role')
})

test('A member that was just started and is not well yet reads unknown until its time is over', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1, flavor: {}, healthTimeoutMs: 60_000 })])
  await lab.perform(await lab.plan(lab.desired([unit('group.web', { size: 1 })])))
  lab.world.setHealth(idAt(lab, web1), sick)
  const young = { kind: 'unknown', why: 'it has not become healthy yet, and its time is not over' }
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': young })
  lab.clock.pass(59_000)
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': young })
  lab.clock.pass(1_000)
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': sick })
})

test('A member of a unit that heals is unhealthy only if it is so in every probe', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2, flavor: {}, heal })])
  await settled(lab, desired)
  const before = lab.clock.now()
  const asked = answering(lab, sick, sick, { kind: 'unhealthy', why: 'still' })
  expect((await lab.survey(desired))[web1]).toEqual({ kind: 'unhealthy', why: 'still' })
  expect(asked).toEqual([2, 1, 1])
  expect(lab.clock.now() - before).toBe(20_000)
})

test('A member of a unit that heals is healthy if it was well once, and is not asked again then', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2, flavor: {}, heal })])
  await settled(lab, desired)
  const asked = answering(lab, sick)
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': { kind: 'healthy' }, 'group.web/2': { kind: 'healthy' } })
  expect(asked).toEqual([2, 1])
})

test('A member that cannot be asked a second time reads unknown', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1, flavor: {}, heal })])
  await settled(lab, desired)
  answering(lab, sick, { kind: 'unknown', why: 'no answer' }, sick)
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': { kind: 'unknown', why: 'no answer' } })
})

test('Units are probed again at the same time', async () => {
  using lab = new Lab()
  const desired = lab.desired(['web', 'api', 'db'].map((name) => unit(`group.${name}`, { size: 1, flavor: {}, heal })))
  await settled(lab, desired)
  for (const name of ['web', 'api', 'db']) lab.world.setHealth(idAt(lab, `group.${name}/1`), sick)
  const before = lab.clock.now()
  expect(Object.values(await lab.survey(desired))).toEqual([sick, sick, sick])
  expect(lab.clock.now() - before).toBe(20_000)
})

test('A unit without healing asks once', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1, flavor: {} })])
  await settled(lab, desired)
  const asked = answering(lab, sick)
  expect(await lab.survey(desired)).toEqual({ 'group.web/1': sick })
  expect(asked).toEqual([1])
})

test('A look that is interrupted between two probes ends, and nobody counts as unwell', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1, flavor: {}, heal: { checks: 3, intervalMs: 100 * day } })])
  await settled(lab, desired)
  const { flavor } = lab
  const interrupt = new AbortController()
  lab.flavor = {
    ...flavor,
    survey: async (_config, members) => {
      setImmediate(() => interrupt.abort())
      return new Map(members.map(({ uid }) => [uid, sick]))
    },
  }
  const before = lab.clock.now()
  expect(await lab.survey(desired, interrupt.signal)).toMatchObject({ 'group.web/1': { kind: 'unknown' } })
  expect(lab.clock.now() - before).toBeLessThan(day)
})
