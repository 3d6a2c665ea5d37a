import { expect, test } from 'vitest'
import type { Journal } from '@forgeplan/model'
import { Crash, MemoryJournal, orphans, standing, twins } from '../../testkit/src/index.ts'
import { observe, recover } from '../src/index.ts'
import { Lab, ours, stack, unit } from './lab.ts'

test('The first interruption finishes what runs, starts nothing new, and the next run goes on', async () => {
  using lab = new Lab()
  lab.world.setCreationMs(60_000)
  let started = 0
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && ++started === 2) lab.stop.abort()
    return proceed()
  })
  const desired = lab.desired([unit('group.web', { size: 5 })])
  const end = await lab.apply(desired, { parallelism: 2 })
  expect([end.result, started, end.counts.added, end.counts.skipped]).toEqual(['interrupted', 2, 2, 3])
  expect(end.events.filter((event) => event.kind === 'interrupting')).toMatchObject([{ running: 2 }])
  expect(lab.state.lastRun?.ended).toBe('interrupted')
})

test('The second interruption ends hanging calls within a second, and the journal tells the truth', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method !== 'apply') return proceed()
    await proceed()
    lab.stop.abort()
    lab.abort.abort()
    return new Promise(() => undefined)
  })
  const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  expect([end.result, end.elapsedMs < 1000]).toEqual(['interrupted', true])
  expect([...lab.state.rows.values()].map((row) => row.phase.kind)).toEqual(['creating'])
  expect(orphans(lab.world, lab.state)).toEqual([])
})

test('A run goes on to its end when nobody listens any more', async () => {
  using lab = new Lab()
  const plan = await lab.plan(lab.desired([unit('group.web', { size: 10 })]))
  await using open = await lab.open(plan.desired, lab.state)
  const run = lab.start(plan, open)
  for await (const _ of run) break
  expect((await run.result).result).toBe('done')
  expect(lab.world.objects().length).toBe(10)
})

test('Going on with the same plan repeats nothing that is done', async () => {
  using lab = new Lab()
  const plan = await lab.plan(lab.desired([unit('group.web', { size: 4 })]))
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && about.target?.address === 'group.web/3') throw new Error('not now')
    return proceed()
  })
  expect((await lab.perform(plan)).result).toBe('partial')
  lab.world.interceptors.length = 0
  lab.world.clearLog()
  const again = await lab.perform(plan)
  expect([again.result, again.counts.added]).toEqual(['done', 1])
  expect(lab.world.mutatingCalls().map((call) => call.address)).toEqual(['group.web/3'])
  expect(twins(lab.world, lab.state)).toEqual([])
})

test('A create that an earlier run left under way is waited for, not repeated', async () => {
  using lab = new Lab()
  lab.world.setCreationMs(60_000)
  const desired = lab.desired([unit('group.web', { size: 1 })])
  const crash = new Crash(6)
  lab.world.interceptors.push(crash.interceptor)
  void lab.apply(desired, { journal: crash.journal(lab.journal), clock: crash.clock(lab.clock) }).catch(() => undefined)
  await crash.crashed
  lab.world.interceptors.length = 0
  expect((await lab.apply(desired)).result).toBe('done')
  expect(lab.world.objects().length).toBe(1)
  expect([orphans(lab.world, lab.state), twins(lab.world, lab.state)]).toEqual([[], []])
})

test('A waiting gate ends at once when the run is interrupted', async () => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(10_000_000)
  lab.flavor = { ...lab.flavor, health: async () => (lab.stop.abort(), { kind: 'unhealthy', why: 'not yet' }) }
  const end = await lab.apply(lab.desired([unit('group.web', { size: 2, flavor: {} }), unit('instance.app', { dependsOn: ['group.web'] })]))
  expect([end.result, end.counts]).toEqual(['interrupted', { imported: 0, added: 2, changed: 0, destroyed: 0, failed: 0, skipped: 2 }])
})

const before = (lab: Lab) =>
  lab.desired([
    unit('group.web', { size: 4 }),
    unit('instance.db', { inputs: { disks: [{ name: 'data', size: 1, retain: true }] } }),
    unit('instance.old'),
  ])
const after = (lab: Lab) =>
  lab.desired([
    unit('group.web', { size: 3, inputs: { cpus: 2 } }),
    unit('group.app', { size: 2, dependsOn: ['group.web'], flavor: {} }),
    unit('instance.db', { inputs: { image: 'b', disks: [{ name: 'data', size: 1, retain: true }] } }),
    unit('instance.new', { dependsOn: ['group.app'] }),
  ])

// One run of some 12 steps from `before` to `after`, stopped at the boundary, and another stopped in its own recovery.
const crashAt = async (
  boundary: number,
  second: number,
  creationMs: number,
): Promise<{ readonly lab: Lab; readonly boundaries: number }> => {
  const lab = new Lab()
  await lab.apply(before(lab))
  lab.world.setCreationMs(creationMs)
  let boundaries = 0
  for (const at of [boundary, second]) {
    const crash = new Crash(at)
    lab.world.interceptors.push(crash.interceptor)
    const run = lab.apply(after(lab), { journal: crash.journal(lab.journal), clock: crash.clock(lab.clock) })
    await Promise.race([crash.crashed, run])
    boundaries = Math.max(boundaries, crash.boundaries.length)
    lab.world.interceptors.length = 0
  }
  await lab.apply(after(lab))
  return { lab, boundaries }
}

const finalWorld = (lab: Lab): unknown =>
  [...standing(lab.world, ours)]
    .map(([address, object]) => [address, object.inputs])
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))

for (const [how, creationMs, stride] of [
  ['at any boundary', 0, 1],
  ['while the platform is still creating', 5_000, 4],
] as const) {
  test(`Stopped ${how}, and again while recovering, the world ends the same: no orphan, no twin`, async () => {
    const reference = await crashAt(Infinity, Infinity, creationMs)
    const wanted = finalWorld(reference.lab)
    reference.lab[Symbol.dispose]()
    expect(reference.boundaries).toBeGreaterThan(60)
    for (let at = 1; at <= reference.boundaries; at += stride) {
      const { lab } = await crashAt(at, 1 + ((at * 7) % 23), creationMs)
      expect([at, finalWorld(lab), orphans(lab.world, lab.state), twins(lab.world, lab.state)]).toEqual([at, wanted, [], []])
      lab.world.clearLog()
      await lab.apply(after(lab))
      expect([at, lab.world.mutatingCalls()]).toEqual([at, []])
      lab[Symbol.dispose]()
    }
  })
}

test('What a cut-off removal may have left is finished off by the provider, whatever the next plan makes of it', async () => {
  for (const size of [0, 1]) {
    using lab = new Lab()
    await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
    const [row] = lab.state.rows.values()
    let tell = (): void => undefined
    const gone = new Promise<void>((resolve) => (tell = resolve))
    const append: Journal['append'] = (entries) => {
      if (!entries.some(({ kind }) => kind === 'gone')) return lab.journal.append(entries)
      tell()
      return new Promise(() => undefined)
    }
    void lab.apply(lab.desired([unit('group.web', { size: 0 })]), { journal: { append } })
    await gone
    lab.world.clearLog()
    await lab.apply(lab.desired([unit('group.web', { size })]))
    expect(lab.world.mutatingCalls().filter(({ uid }) => uid === row?.uid)).toMatchObject([{ method: 'delete' }])
    expect(lab.state.rows.size).toBe(size)
  }
})

test('A lost state is rebuilt from the marks, and then there is nothing to do', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web'), unit('instance.db', { inputs: { disks: [{ name: 'data', size: 1, retain: true }] } })])
  await lab.apply(desired)
  lab.world.copy(lab.world.objects()[0]!.id)
  const old = lab.state
  lab.journal.records.length = 0
  await using open = await lab.open(desired, lab.state)
  const entries = await recover({ desired, state: lab.state, worlds: open, clock: lab.clock, signal: new AbortController().signal })
  await lab.journal.append(entries)
  expect([...lab.state.rows.keys()].toSorted()).toEqual([...old.rows.keys()].toSorted())
  expect([lab.state.lineage, lab.state.generation]).toEqual([old.lineage, old.generation])
  lab.world.clearLog()
  expect((await lab.apply(desired)).result).toBe('done')
  expect(lab.world.mutatingCalls()).toEqual([])
})

test('Marks of two lineages are refused, both named', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2 })])
  await lab.apply(desired)
  const [one] = lab.world.objects()
  const other = '22222222-2222-4222-8222-222222222222'
  lab.world.writeMark(one!.id, { ...(one!.mark as object), lineage: other })
  const state = new MemoryJournal(stack).state()
  await using open = await lab.open(desired, state)
  const lost = recover({ desired, state, worlds: open, clock: lab.clock, signal: new AbortController().signal })
  await expect(lost).rejects.toMatchObject({
    diagnostics: [{ code: 'FORGE5003', detail: expect.stringMatching(new RegExp(`${ours}.*${other}`)) }],
  })
})

test('A look that is cut off is an interruption, and never a world that cannot be read', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web')])
  await using worlds = await lab.open(desired, lab.state)
  const { signal } = lab.stop
  lab.world.interceptors.push(() => {
    lab.stop.abort()
    return new Promise(() => undefined)
  })
  const look = observe({ desired, state: lab.state, worlds, clock: lab.clock, signal, survey: false, resolver: lab.resolver })
  await expect(look).rejects.toMatchObject({ name: 'Cancelled' })
})

test('A provider whose opening is cut off is an interruption, and never one that cannot be opened', async () => {
  using lab = new Lab()
  const open = (): Promise<never> => {
    lab.abort.abort()
    return Promise.reject(new Error('socket hang up'))
  }
  lab.provider = { ...lab.provider, open }
  await expect(lab.open(lab.desired([unit('group.web')]), lab.state)).rejects.toMatchObject({ name: 'Cancelled' })
})
