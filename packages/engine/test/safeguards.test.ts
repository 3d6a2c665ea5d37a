import { expect, test } from 'vitest'
import { Lab, unit } from './lab.ts'

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
