import type { Plan, RemoteId } from '@forgeplan/model'
import { uid } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { checkBasis } from '../src/index.ts'
import { Lab, unit, web1 } from './lab.ts'

const db = (image: string, more: object = {}) =>
  unit('instance.db', { inputs: { image, disks: [{ name: 'data', size: 1, retain: true }] }, ...more })

const phases = (lab: Lab) => [...lab.state.rows.values()].map(({ address, phase }) => [address, phase.kind])
const diskOf = (lab: Lab) => lab.world.objects().find(({ type }) => type === 'sim/disk')
for (const parallelism of [1, 10])
  for (const drain of [true, false])
    test(`A kept disk outlives a machine that goes for good, ${parallelism} at once${drain ? ', drained before' : ''}`, async () => {
      using lab = new Lab()
      await lab.apply(lab.desired([db('a', { flavor: { drain, health: false } })]))
      const disk = diskOf(lab)
      expect((await lab.apply(lab.desired([]), { parallelism })).result).toBe('done')
      expect(lab.world.objects().map(({ uid }) => uid)).toEqual([disk?.uid])
      expect(phases(lab)).toEqual([['disk.db/data', 'released']])
    })

test('A kept disk that was released before its machine went is taken out all the same', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([db('a')]))
  const disk = diskOf(lab)
  const plan = await lab.plan(lab.desired([]))
  const early = { ...plan, steps: plan.steps.map((step) => (step.kind === 'mark' ? { ...step, after: [] } : step)) }
  expect((await lab.perform(early, { parallelism: 1 })).result).toBe('done')
  expect(lab.world.objects().map(({ uid }) => uid)).toEqual([disk?.uid])
})

test('A machine is left alone when the state no longer knows the disk that shall be taken out of it', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([db('a')]))
  const plan = await lab.plan(lab.desired([db('b')]))
  await lab.journal.append([{ kind: 'forgotten', uid: diskOf(lab)!.uid }])
  const end = await lab.perform(plan)
  expect([end.result, end.failure?.message]).toEqual(['stale', expect.stringContaining('disk.db/data')])
  expect(lab.world.objects()).toHaveLength(2)
})

test('A disk that is no longer wanted and kept outlives the machine that stayed, and goes later', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([db('a')]))
  const disk = diskOf(lab)
  await lab.apply(lab.desired([unit('instance.db')]))
  expect(phases(lab)).toContainEqual(['disk.db/data', 'released'])
  await lab.apply(lab.desired([]))
  expect(lab.world.objects().map(({ uid }) => uid)).toEqual([disk?.uid])
})

const gone = { mode: 'refresh-only' } as const

test('An object that is back when its row would be forgotten keeps its mark and its row', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1 })])
  await lab.apply(desired)
  const [object] = lab.world.objects()
  lab.world.destroy(object!.id)
  const plan = await lab.plan(desired, gone)
  expect(plan.changes).toMatchObject([{ action: 'forget' }])
  lab.world.put(object!)
  lab.world.clearLog()
  expect((await lab.perform(plan)).result).toBe('stale')
  expect([lab.world.mutatingCalls(), lab.world.objects()]).toEqual([[], [object]])
  expect(phases(lab)).toEqual([[web1, 'live']])
})

test('A copy in the place of what would be forgotten is not forgotten silently', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1 })])
  await lab.apply(desired)
  const [object] = lab.world.objects()
  lab.world.destroy(object!.id)
  const plan = await lab.plan(desired, gone)
  lab.world.put({ ...object!, uid: uid('native-1') })
  expect((await lab.perform(plan)).result).toBe('stale')
  expect(phases(lab)).toEqual([[web1, 'live']])
})

const away = [
  ['moved away', (lab: Lab, id: RemoteId) => lab.world.moveAway(id)],
  ['hidden from the login', (lab: Lab, id: RemoteId) => lab.world.hideFrom('ops', id)],
] as const

for (const [name, act] of away)
  test(`A released disk that is ${name} is refused and not made a second time`, async () => {
    using lab = new Lab()
    lab.settings = { login: 'ops' }
    await lab.apply(lab.desired([db('a')]))
    await lab.apply(lab.desired([]))
    act(lab, diskOf(lab)!.id)
    await expect(lab.plan(lab.desired([db('a')]))).rejects.toThrow('disk.db/data')
  })

test('A machine that is moved away between two tries of its delete is left alone', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  const [object] = lab.world.objects()
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method !== 'delete' || lab.world.object(object!.id).where !== '/') return proceed()
    lab.world.moveAway(object!.id)
    throw new ProviderError('transient', 'Try again.')
  })
  const end = await lab.apply(lab.desired([unit('group.web', { size: 0 })]))
  expect([end.result, lab.world.objects()]).toMatchObject(['stale', [{ where: '/elsewhere' }]])
})

// All in one wave, so that one that cannot be drained leaves the others alone.
const webs = (lab: Lab, image: string) =>
  lab.desired([unit('group.web', { flavor: { drain: true, health: false }, inputs: { image }, update: { batch: 3, maxUnavailable: 3 } })])

const objectAt = (lab: Lab, address: string): RemoteId => {
  const row = [...lab.state.rows.values()].find((one) => one.address === address)
  return lab.world.objects().find((object) => object.uid === row?.uid)!.id
}

const staleIn = async (lab: Lab, plan: Plan): Promise<readonly string[]> => {
  await using open = await lab.open(plan.desired, lab.state)
  return checkBasis({ plan, state: lab.state, observed: await lab.observe(plan.desired, lab.state, open) })
}

const members = [
  ['could not be drained', 'group.web/1'],
  ['was drained', 'group.web/2'],
  ['nobody has touched', 'group.web/3'],
] as const

for (const [name, address] of members)
  test(`Going on with a saved plan, a member that ${name} must be as it was when the plan was made`, async () => {
    using lab = new Lab()
    await lab.apply(webs(lab, 'a'))
    const plan = await lab.plan(webs(lab, 'b'))
    lab.flavor = {
      ...lab.flavor,
      drain: async (_config, member) => {
        if (member.address === 'group.web/1') throw new ProviderError('denied', 'Not today.')
        lab.stop.abort()
      },
    }
    expect((await lab.perform(plan, { parallelism: 1 })).result).toBe('interrupted')
    expect([...lab.state.done]).toEqual(['drain:group.web/2'])
    expect(await staleIn(lab, plan)).toEqual([])
    lab.world.editInput(objectAt(lab, address), 'cpus', 7)
    expect(await staleIn(lab, plan)).toEqual([address])
  })

test('Going on with a plan without a look of its own, a member that somebody changed is not replaced', async () => {
  using lab = new Lab()
  await lab.apply(webs(lab, 'a'))
  const plan = await lab.plan(webs(lab, 'b'))
  const { flavor } = lab
  lab.flavor = { ...flavor, drain: () => Promise.reject(new ProviderError('denied', 'Not today.')) }
  await lab.perform(plan)
  lab.flavor = flavor
  const changed = objectAt(lab, web1)
  lab.world.editInput(changed, 'cpus', 7)
  expect(await lab.perform(plan)).toMatchObject({ result: 'stale', counts: { added: 2, destroyed: 2 } })
  expect(lab.world.object(changed).inputs['image']).toBe('a')
})
