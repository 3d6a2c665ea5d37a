import { describe, expect, test } from 'vitest'
import type { PlainMap } from '@forgeplan/model'
import type { Lab } from '@forgeplan/testkit'
import { exitOf } from '../support/command.ts'
import { rollWatch } from '../support/roll-watch.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { built, calls, count, expectConverged, herd, idAt, images, machine } from './herd.ts'

const site = (image: string, update: PlainMap = {}, more: PlainMap = {}) =>
  herd({ size: 3, instance: machine(image), update, ...more }, { flavor: { drain: true } })

/** The group as it is changed next, in a world whose machines need ten seconds until they are well. */
const rolling = async (update: PlainMap = {}, more: PlainMap = {}): Promise<Lab> => {
  const lab = await built(site('a', update, more))
  lab.world.setHealthyAfterMs(10_000)
  lab.configure(site('b', update, more))
  return lab
}

const sick = { kind: 'unhealthy', why: 'no answer' } as const

/** Everything that is made from now on is broken. */
const breakTheNew = (lab: Lab): void =>
  void lab.world.interceptors.push(async (about, proceed) => {
    const result = await proceed()
    if (about.method !== 'apply' || about.verb !== 'create') return result
    const made = lab.world.objects().find(({ uid }) => uid === about.target?.uid)
    if (made !== undefined) lab.world.setHealth(made.id, sick)
    return result
  })

test('Row 6: a change goes through the group one by one, each drained, and each well before the next goes', async () => {
  using lab = await rolling()
  const applied = await lab.apply()
  await expectConverged(lab, applied)
  const one = (n: number) => [`drain group.web/${n}`, `delete group.web/${n}`, `create group.web/${n}`]
  expect(calls(lab)).toEqual([...one(1), ...one(2), ...one(3)])
  const made = lab.world.mutatingCalls().filter(({ verb }) => verb === 'create')
  const gone = lab.world.mutatingCalls().filter(({ method }) => method === 'drain')
  for (const n of [1, 2]) expect((gone[n]?.at ?? 0) - (made[n - 1]?.at ?? 0)).toBeGreaterThanOrEqual(10_000)
})

test.each([
  ['healthyFor', { healthyFor: '60s' }, 60_000],
  ['checks', { checks: 5, interval: '10s' }, 40_000],
])('Row 6: members have to stay well for as long as %s says', async (_, update, ms) => {
  using lab = await rolling(update)
  await expectConverged(lab, await lab.apply())
  const at = (verb: string, n: number) =>
    lab.world.mutatingCalls().find((call) => (call.verb ?? call.method) === verb && call.address === `group.web/${n}`)?.at ?? 0
  expect(at('drain', 2) - at('create', 1)).toBeGreaterThanOrEqual(10_000 + ms)
})

test('Row 6: skipDrain takes members down without draining them', async () => {
  using lab = await rolling({ skipDrain: true })
  await expectConverged(lab, await lab.apply())
  expect(calls(lab).filter((call) => call.startsWith('drain'))).toEqual([])
})

describe('InfraKit 2.5.6 and row 7: a replacement that never becomes well', () => {
  test('stops the roll at its deadline with exit 3; the others stand as they were', async () => {
    using lab = await rolling({ timeout: '3m' })
    breakTheNew(lab)
    const applied = await lab.apply()
    expect(exitOf(applied)).toBe(3)
    expect(applied.outcome.elapsedMs).toBeLessThan(240_000)
    expect(applied.outcome.failure?.message).toContain('no answer')
    expect(images(lab)).toEqual({ 1: 'b', 2: 'a', 3: 'a' })
    expectTruth(lab)
  })

  test('stops a roll with surge before anybody old has gone', async () => {
    using lab = await rolling({ maxSurge: 1, timeout: '3m' })
    breakTheNew(lab)
    expect(exitOf(await lab.apply())).toBe(3)
    expect(images(lab)).toEqual({ 1: 'a', 2: 'a', 3: 'a', 4: 'b' })
  })

  test('is counted against maxFailures', async () => {
    using lab = await rolling({ maxFailures: 3, maxUnavailable: 3, timeout: '3m' })
    breakTheNew(lab)
    await lab.apply()
    expect(images(lab)).toEqual({ 1: 'b', 2: 'b', 3: 'b' })
  })
})

test('Row 7: with a surge of two nobody is missing and never more than two are too many', async () => {
  using lab = await rolling({ maxSurge: 2, batch: 2 })
  const watch = rollWatch(lab.world, 'group.web', { size: 3, maxUnavailable: 0, maxSurge: 2, quorum: false, health: true })
  lab.world.interceptors.push(watch.interceptor)
  await expectConverged(lab, await lab.apply())
  expect(watch.broken).toEqual([])
  expect(Object.values(images(lab))).toEqual(['b', 'b', 'b'])
})

test('Row 8: a drain that fails stops a roll, with the member as it was', async () => {
  using lab = await rolling()
  const id = idAt(lab, 'group.web/1')
  lab.world.edit(id, { outputs: { ...lab.world.object(id).outputs, url: 'nowhere' } })
  const applied = await lab.apply()
  expect(applied.outcome.result).not.toBe('done')
  expect(applied.events).toContainEqual(expect.objectContaining({ kind: 'step-failed', step: 'drain:group.web/1' }))
  expect(images(lab)).toEqual({ 1: 'a', 2: 'a', 3: 'a' })
})

test('Row 8: the same is a warning where the member goes for good', async () => {
  using lab = await built(site('a'))
  const id = idAt(lab, 'group.web/3')
  lab.world.edit(id, { outputs: { ...lab.world.object(id).outputs, url: 'nowhere' } })
  lab.configure(site('a', {}, { size: 2 }))
  const applied = await lab.apply()
  expect(applied.outcome.result).toBe('done')
  expect(applied.events).toContainEqual(expect.objectContaining({ kind: 'step-progress', verb: 'drain' }))
  expect(count(lab)).toBe(2)
})

test('InfraKit 2.5.12: after the canary a person is asked, and without one the roll stops', async () => {
  using lab = await rolling({ canary: 1 })
  const plan = await lab.plan()
  expect(exitOf(await lab.apply({ plan }))).toBe(3)
  expect(images(lab)).toEqual({ 1: 'b', 2: 'a', 3: 'a' })
  expect((await lab.apply({ plan, approved: new Set(['canary.group.web']) })).outcome.result).toBe('done')
  expect(images(lab)).toEqual({ 1: 'b', 2: 'b', 3: 'b' })
})

test('InfraKit 2.5.12: the plan says who goes when, and how many stay', async () => {
  using lab = await rolling({ batch: 2 })
  const [roll] = (await lab.plan()).rolls
  expect(roll).toMatchObject({ order: 'delete-first', size: 3, alive: 1 })
  expect(roll?.waves.map(({ members }) => members)).toEqual([['group.web/1', 'group.web/2'], ['group.web/3']])
})

test('InfraKit 2.5.12: a group waits until the one that it depends on is well, not only made', async () => {
  using lab = await built(herd({ size: 1, instance: machine('a') }))
  lab.world.setHealthyAfterMs(30_000)
  const groups = {
    web: { size: 1, flavor: 'site', instance: machine('b') },
    front: { size: 1, instance: machine('a'), dependsOn: ['group.web'] },
  }
  lab.configure(herd({}, { top: { groups } }))
  await expectConverged(lab, await lab.apply())
  const at = (address: string) => lab.world.mutatingCalls().find((call) => call.address === address && call.verb === 'create')?.at ?? 0
  expect(at('group.front/1') - at('group.web/1')).toBeGreaterThanOrEqual(30_000)
})

test('Row 3 and 13: killed, lost or unhealthy between runs: the next plan shows it, and apply repairs it', async () => {
  const text = site('a', {}, { healUnhealthy: { checks: 3, interval: '10s' } })
  using lab = await built(text)
  const [killed, lost, ill] = [idAt(lab, 'group.web/1'), idAt(lab, 'group.web/2'), idAt(lab, 'group.web/3')]
  lab.world.kill(killed)
  lab.world.destroy(lost)
  lab.world.setHealth(ill, sick)
  const plan = await lab.plan()
  expect(plan.changes).toMatchObject([
    { address: 'group.web/1', action: 'restart', reason: { kind: 'stopped' } },
    { address: 'group.web/2', action: 'create', reason: { kind: 'vanished' } },
    { address: 'group.web/3', action: 'replace', reason: { kind: 'unhealthy', why: 'no answer' } },
  ])
  await expectConverged(lab, await lab.apply({ plan }))
  expect(idAt(lab, 'group.web/1')).toBe(killed)
  expect(count(lab)).toBe(3)
})

test('InfraKit 2.5.6: where nobody asked for healing, every plan shows who is unhealthy, and leaves it alone', async () => {
  using lab = await built(site('a'))
  lab.world.setHealth(idAt(lab, 'group.web/2'), sick)
  const plan = await lab.plan()
  expect(doings(plan)).toEqual([])
  expect(plan.risks).toContainEqual(expect.objectContaining({ kind: 'unhealthy', addresses: ['group.web/2'] }))
})
