import type { Address, Gate, GateSample, Health, Plan, RemoteId, UnitName } from '@forgeplan/model'
import { late, remoteId } from '@forgeplan/model'
import { gateVerdict } from '@forgeplan/planner'
import { expect, test } from 'vitest'
import { genuineMark, orphans, twins } from '../../testkit/src/index.ts'
import { uidFor } from '../src/index.ts'
import { Lab, ours, unit, web1 } from './lab.ts'

test('A first apply founds the lineage, makes every member and leaves nothing to do', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web')])
  const first = await lab.apply(desired)
  expect(first.result).toBe('done')
  expect(first.counts).toEqual({ imported: 0, added: 3, changed: 0, destroyed: 0, failed: 0, skipped: 0 })
  expect(lab.state.lineage).toBe(ours)
  expect(first.state).toEqual(lab.state)
  expect(lab.standing()).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
  lab.world.clearLog()
  const second = await lab.apply(desired)
  expect([second.result, lab.world.mutatingCalls()]).toEqual(['done', []])
})

test('The uid of a new object is UUIDv5 of lineage, address and generation', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  const [row] = [...lab.state.rows.values()]
  expect(row?.uid).toBe(uidFor(ours, web1, 1))
  expect(lab.world.objects().map((object) => genuineMark(object)?.uid)).toEqual([row?.uid])
})

test('Version and variant bits of a uid are those of RFC 9562', () => {
  expect(uidFor(ours, web1, 7)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(uidFor(ours, web1, 7)).not.toBe(uidFor(ours, web1, 8))
})

test('Every create is journaled as begun before its call and as applied after it', async () => {
  using lab = new Lab()
  const seen: string[] = []
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply')
      seen.push(
        lab.journal.records.some(({ entry }) => entry.kind === 'create-began' && entry.uid === about.target?.uid)
          ? 'began'
          : 'not journaled',
      )
    return proceed()
  })
  await lab.apply(lab.desired([unit('group.web')]))
  expect(seen).toEqual(['began', 'began', 'began'])
})

test('A member uses the outputs of what it depends on, and the state keeps only the expression', async () => {
  using lab = new Lab()
  const note = late({ kind: 'output', of: 'instance.nfs' as never, path: ['ip'] })
  await lab.apply(lab.desired([unit('instance.nfs'), unit('group.web', { size: 1, inputs: { note }, dependsOn: ['instance.nfs'] })]))
  const [nfs, web] = ['instance.nfs', 'group.web/1'].map((address) => [...lab.state.rows.values()].find((row) => row.address === address))
  const object = lab.world.objects().find((one) => one.uid === web?.uid)
  expect(object?.inputs['note']).toBe(nfs?.outputs['ip'])
  expect(web?.inputs['note']).toEqual(note)
})

test('Who takes an output that an update changes is changed by the same plan, and who takes another one is not', async () => {
  using lab = new Lab()
  const taken = (path: string) => late({ kind: 'output', of: 'instance.nfs' as never, path: [path] })
  const dependsOn = ['instance.nfs']
  const sized = (cpus: number) =>
    lab.desired([
      unit('instance.nfs', { inputs: { cpus } }),
      unit('instance.alike', { inputs: { cpus: taken('cpus') }, dependsOn }),
      unit('instance.beside', { inputs: { note: taken('ip') }, dependsOn }),
    ])
  const touched = (plan: Plan) => plan.changes.filter(({ action }) => action !== 'keep').map(({ address }) => address)
  await lab.apply(sized(1))
  const plan = await lab.plan(sized(2))
  expect(touched(plan)).toEqual(['instance.alike', 'instance.nfs'])
  await lab.perform(plan)
  expect(lab.world.objects().map(({ inputs }) => inputs['cpus'])).toEqual([1, 2, 2])
  expect(touched(await lab.plan(sized(2)))).toEqual([])
})

test('A stopped machine is restarted with its uid; a missing one is made anew with another', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2 })])
  await lab.apply(desired)
  const before = new Map([...lab.state.rows.values()].map((row) => [row.address as string, row.uid]))
  const [one, two] = lab.world.objects()
  lab.world.kill(one!.id)
  lab.world.destroy(two!.id)
  const repair = await lab.apply(desired)
  expect(repair.result).toBe('done')
  expect(lab.world.objects().map((object) => object.status.kind)).toEqual(['running', 'running'])
  const after = new Map([...lab.state.rows.values()].map((row) => [row.address as string, row.uid]))
  const changed = [...after].filter(([address, uid]) => before.get(address) !== uid)
  expect(changed).toHaveLength(1)
  expect([orphans(lab.world, lab.state), twins(lab.world, lab.state)]).toEqual([[], []])
})

test('Destroy takes everything down and empties the state', async () => {
  using lab = new Lab()
  const desired = lab.desired([
    unit('instance.nfs', { inputs: { disks: [{ name: 'data', size: 1, retain: false }] } }),
    unit('group.web', { dependsOn: ['instance.nfs'] }),
  ])
  await lab.apply(desired)
  const end = await lab.apply(desired, { options: { mode: 'destroy', maxDestroy: 100 } })
  expect(end.result).toBe('done')
  expect([lab.world.objects(), lab.state.rows.size]).toEqual([[], 0])
})

test('A retained disk is taken out before its machine goes', async () => {
  using lab = new Lab()
  const one = lab.desired([unit('instance.db', { inputs: { disks: [{ name: 'data', size: 1, retain: true }] } })])
  await lab.apply(one)
  const changed = lab.desired([unit('instance.db', { inputs: { image: 'b', disks: [{ name: 'data', size: 1, retain: true }] } })])
  const disk = lab.world.objects().find((object) => object.type === 'sim/disk')
  expect((await lab.apply(changed)).result).toBe('done')
  expect(lab.world.objects().find((object) => object.type === 'sim/disk')?.uid).toBe(disk?.uid)
})

test('What a policy keeps is released: it stands, and its row claims the mark', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('instance.nfs', { policy: { onDestroy: 'keep' } })]))
  lab.world.clearLog()
  const gone = await lab.apply(lab.desired([]))
  expect(gone.result).toBe('done')
  expect(lab.world.mutatingCalls()).toEqual([])
  expect([...lab.state.rows.values()].map((row) => row.phase)).toEqual([{ kind: 'released', why: 'kept' }])
})

test('Stack outputs are resolved at the end, and sensitive ones are null', async () => {
  using lab = new Lab()
  const value = late({ kind: 'output', of: 'instance.nfs' as never, path: ['ip'] })
  const outputs = [
    { name: 'ip', value, sensitive: false },
    { name: 'hidden', value, sensitive: true },
  ]
  await lab.apply(lab.desired([unit('instance.nfs')], { outputs }))
  expect(lab.state.outputs['hidden']).toBeNull()
  expect(lab.state.outputs['ip']).toBe([...lab.state.rows.values()][0]?.outputs['ip'])
})

test('Members are drained before they go', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 1, flavor: { drain: true, health: false } })]))
  lab.world.clearLog()
  await lab.apply(lab.desired([unit('group.web', { size: 0, flavor: { drain: true, health: false } })]))
  expect(lab.world.mutatingCalls().map((call) => call.method)).toEqual(['drain', 'delete'])
})

test('A drain that fails warns and goes on when the member goes for good', async () => {
  using lab = new Lab()
  const broken = { ...lab.flavor, drain: () => Promise.reject(new Error('no')) }
  lab.flavor = broken
  await lab.apply(lab.desired([unit('group.web', { size: 1, flavor: { drain: true, health: false } })]))
  const end = await lab.apply(lab.desired([unit('group.web', { size: 0, flavor: { drain: true, health: false } })]))
  expect([end.result, lab.world.objects()]).toEqual(['done', []])
  expect(end.events.some((event) => event.kind === 'step-progress' && event.message?.includes('Warning'))).toBe(true)
})

test('A gate waits until the members are healthy, without holding a slot', async () => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(30_000)
  const end = await lab.apply(lab.desired([unit('group.web', { flavor: {} }), unit('instance.app', { dependsOn: ['group.web'] })]), {
    parallelism: 1,
  })
  expect(end.result).toBe('done')
  expect(end.events.filter((event) => event.kind === 'gate-waiting').length).toBeGreaterThan(0)
  expect(end.events.some((event) => event.kind === 'gate-passed')).toBe(true)
})

test('A gate whose members stay unhealthy stops what depends on them, and the run is partial', async () => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(10_000_000)
  const desired = lab.desired([
    unit('group.web', { flavor: {}, healthTimeoutMs: 60_000 }),
    unit('instance.app', { dependsOn: ['group.web'] }),
    unit('instance.free'),
  ])
  const end = await lab.apply(desired)
  expect(end.result).toBe('partial')
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({
    why: expect.stringMatching(/^group\.web\/1: .* \(and 2 more\)$/),
  })
  expect(lab.standing()).toEqual(['group.web/1', 'group.web/2', 'group.web/3', 'instance.free'])
})

test.each([
  ['stopped', (lab: Lab, id: RemoteId) => lab.world.kill(id), /^group\.web\/2: powered off/],
  ['gone', (lab: Lab, id: RemoteId) => lab.world.destroy(id), /^group\.web\/2: it is absent$/],
])('A gate does not wait out its time for a member that is %s', async (_, end, why) => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(30_000)
  const desired = lab.desired([
    unit('group.web', { flavor: {}, healthTimeoutMs: 3_600_000 }),
    unit('instance.app', { dependsOn: ['group.web'] }),
  ])
  const { flavor } = lab
  lab.flavor = {
    ...flavor,
    health: (config, member, call) => {
      const id = remoteId(String(member.outputs['id']))
      if (member.address === 'group.web/2') end(lab, id)
      return flavor.health?.(config, member, call) ?? Promise.reject(new Error('no health'))
    },
  }
  const ended = await lab.apply(desired)
  expect(ended.result).toBe('partial')
  expect(ended.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({ why: expect.stringMatching(why) })
  expect(ended.failure).toMatchObject({ kind: 'conflict' })
  expect(ended.elapsedMs).toBeLessThan(60_000)
  expect(lab.standing()).not.toContain('instance.app')
})

test('A gate passes without a member that ended where it does not need all of them', () => {
  const [one, two] = ['group.web/1' as Address, 'group.web/2' as Address]
  const made = [one, two]
  const gate: Gate = {
    unit: 'group.web' as UnitName,
    members: made,
    failures: 1,
    alive: null,
    pass: { kind: 'holdFor', ms: 0 },
    deadlineMs: 1000,
    ask: false,
  }
  const sample: GateSample = {
    at: 0,
    health: new Map<Address, Health>([
      [one, { kind: 'unknown', why: 'asking' }],
      [two, { kind: 'unhealthy', why: 'killed' }],
    ]),
    ended: new Set([two]),
  }
  const times = { startedAt: 0, now: 10 }
  expect(gateVerdict(gate, made, [sample], times)).toEqual({ kind: 'wait', healthy: 0, need: 1 })
  expect(gateVerdict({ ...gate, failures: 0 }, made, [sample], times)).toEqual({
    kind: 'stop',
    healthy: 0,
    need: 2,
    cause: 'ended',
    why: 'group.web/2: killed',
  })
})

test('A thousand creates are one run, each begun and applied in the journal', async () => {
  using lab = new Lab()
  const end = await lab.apply(lab.desired([unit('group.web', { size: 1000 })]))
  expect(end.counts.added).toBe(1000)
  const kinds = lab.journal.records.map(({ entry }) => entry.kind)
  expect(['create-began', 'applied'].map((kind) => kinds.filter((one) => one === kind).length)).toEqual([1000, 1000])
})
