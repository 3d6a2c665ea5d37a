import { LeaseLost } from '@forgeplan/model'
import type { Journal } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import type { Fault } from '../../testkit/src/index.ts'
import { faultScript, orphans, twins } from '../../testkit/src/index.ts'
import { Lab, unit, web1 } from './lab.ts'

const whole = (lab: Lab): unknown => ({ orphans: orphans(lab.world, lab.state), twins: twins(lab.world, lab.state) })
const clean = { orphans: [], twins: [] }

const faults: readonly (readonly [string, Fault])[] = [
  ['an error before the effect', { kind: 'error-before', error: 'transient' }],
  ['an error after the effect', { kind: 'error-after', error: 'transient' }],
  ['a conflict', { kind: 'error-before', error: 'conflict' }],
  ['a timeout without effect', { kind: 'timeout', effect: false }],
  ['a timeout after the effect', { kind: 'timeout', effect: true }],
  ['a connection lost after the effect', { kind: 'connection-lost' }],
  ['a slow creation', { kind: 'slow', ms: 120_000 }],
]

for (const [name, fault] of faults) {
  test(`After ${name} at a create, one run is enough and there is no twin`, async () => {
    using lab = new Lab()
    lab.world.interceptors.push(faultScript(lab.world, [{ method: 'apply', nth: 1, address: web1, fault }]).interceptor)
    const desired = lab.desired([unit('group.web')])
    const end = await lab.apply(desired)
    expect([end.result, whole(lab), lab.standing().length]).toEqual(['done', clean, 3])
    lab.world.clearLog()
    await lab.apply(desired)
    expect(lab.world.mutatingCalls()).toEqual([])
  })
}

for (const method of ['observe', 'list'] as const) {
  test(`A ${method} that fails for good is an error and never "absent"`, async () => {
    using lab = new Lab()
    const desired = lab.desired([unit('group.web')])
    await lab.apply(desired)
    lab.world.interceptors.push(
      faultScript(lab.world, [{ method, nth: 'every', fault: { kind: 'error-before', error: 'transient' } }]).interceptor,
    )
    await expect(lab.apply(desired)).rejects.toMatchObject({ name: 'EngineError', diagnostics: [{ code: 'FORGE5002' }] })
  })
}

test('A call that keeps failing is tried five times and no more; the row stays, and the next run goes on with its uid', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web')])
  const script = faultScript(lab.world, [
    { method: 'apply', nth: 'every', address: web1, fault: { kind: 'error-after', error: 'transient' } },
  ])
  lab.world.interceptors.push(script.interceptor)
  const end = await lab.apply(desired)
  expect([end.result, script.fired.length, end.counts.failed, end.counts.added]).toEqual(['partial', 5, 1, 2])
  expect(end.events.filter((event) => event.kind === 'step-retry').length).toBe(4)
  const row = [...lab.state.rows.values()].find((one) => one.address === web1)
  expect(row?.phase.kind).toBe('creating')
  lab.world.interceptors.length = 0
  expect((await lab.apply(desired)).result).toBe('done')
  expect([...lab.state.rows.values()].find((one) => one.address === web1)?.uid).toBe(row?.uid)
  expect(whole(lab)).toEqual(clean)
})

for (const error of ['denied', 'invalid', 'internal'] as const) {
  test(`A failure of the kind "${error}" is not tried again`, async () => {
    using lab = new Lab()
    const script = faultScript(lab.world, [{ method: 'apply', nth: 'every', fault: { kind: 'error-before', error } }])
    lab.world.interceptors.push(script.interceptor)
    const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
    expect([end.result, end.failure?.kind, script.fired.length]).toEqual(['failed', error, 1])
  })
}

test('What depends on a failed step is skipped, and everything else goes on', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(
    faultScript(lab.world, [
      { method: 'apply', nth: 'every', address: 'instance.a' as never, fault: { kind: 'error-before', error: 'denied' } },
    ]).interceptor,
  )
  const end = await lab.apply(
    lab.desired([
      unit('instance.a'),
      unit('instance.b', { dependsOn: ['instance.a'] }),
      unit('instance.c', { dependsOn: ['instance.b'] }),
      unit('instance.d'),
    ]),
  )
  expect([end.result, lab.standing()]).toEqual(['partial', ['instance.d']])
  expect(end.events.filter((event) => event.kind === 'step-skipped').map((event) => event.because)).toEqual([
    'create:instance.a',
    'create:instance.b',
  ])
})

test('Something else than a ProviderError is named as a bug of the provider', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply') throw new TypeError('x is undefined')
    return proceed()
  })
  const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  expect(end.failure).toEqual({ kind: 'internal', message: 'The provider local broke its contract, which is a bug in it: x is undefined' })
})

test('A provider that hangs and ignores its signal is left alone after its deadline, and not called again', async () => {
  using lab = new Lab()
  let calls = 0
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method !== 'apply') return proceed()
    calls += 1
    return new Promise(() => undefined)
  })
  const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  expect([end.result, end.failure?.kind, calls]).toEqual(['failed', 'timeout', 1])
  expect(end.events.some((event) => event.kind === 'step-progress')).toBe(true)
})

const answers: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['outputs with a function', { id: 'x', outputs: { f: () => 1 } }],
  ['outputs with a $ key', { id: 'x', outputs: { $late: {} } }],
  ['no id', { outputs: {} }],
  ['an endless id', { id: 'x'.repeat(10_000), outputs: {} }],
]
for (const [name, answer] of answers) {
  test(`A provider that answers a create with ${name} is named, and nothing of it is kept`, async () => {
    using lab = new Lab()
    lab.world.interceptors.push(async (about, proceed) => (about.method === 'apply' ? (answer as never) : proceed()))
    const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
    expect([end.result, end.failure?.kind]).toEqual(['failed', 'internal'])
    expect([...lab.state.rows.values()].map((row) => [row.phase.kind, row.outputs])).toEqual([['creating', {}]])
  })
}

test('A target that is missing from the answer reads as unreadable', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web')])
  await lab.apply(desired)
  lab.world.interceptors.push(async (about, proceed) => (about.method === 'observe' ? (new Map() as never) : proceed()))
  await using open = await lab.open(desired, lab.state)
  const seen = await lab.observe(desired, lab.state, open)
  expect([...seen.objects.values()].map((one) => one.kind)).toEqual(['unreadable', 'unreadable', 'unreadable'])
})

test('A row whose provider now points at another world reads as unreadable, never absent', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web')])
  await lab.apply(desired)
  lab.world.become('elsewhere')
  await using open = await lab.open(desired, lab.state)
  const seen = await lab.observe(desired, lab.state, open)
  expect(new Set([...seen.objects.values()].map((one) => one.kind))).toEqual(new Set(['unreadable']))
})

test('A lease that is lost in mid-run starts no further call and writes nothing', async () => {
  using lab = new Lab()
  let left = 4
  let callsAfter = 0
  let lost = false
  const journal: Journal = {
    append: async (entries) => {
      if (--left < 0) {
        lost = true
        throw new LeaseLost('gone')
      }
      return lab.journal.append(entries)
    },
  }
  lab.world.interceptors.push(async (about, proceed) => {
    if (lost && about.mutating) callsAfter += 1
    return proceed()
  })
  const end = await lab.apply(lab.desired([unit('group.web', { size: 20 })]), { journal, parallelism: 2 })
  expect([end.leaseLost, end.result, callsAfter]).toEqual([true, 'failed', 0])
  expect(lab.journal.records.some(({ entry }) => entry.kind === 'run-ended')).toBe(false)
  expect(lab.world.objects().length).toBeLessThan(20)
  expect((await lab.apply(lab.desired([unit('group.web', { size: 20 })]))).result).toBe('done')
  expect(whole(lab)).toEqual(clean)
})

test('An object that changed since the plan was made is not deleted', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  const plan = await lab.plan(lab.desired([]))
  lab.world.editInput(lab.world.objects()[0]!.id, 'note', 'mine now')
  const end = await lab.perform(plan)
  expect([end.result, end.failure?.kind, lab.world.objects().length]).toEqual(['stale', 'stale', 1])
})

test('A copy that stands in the place of an object is never touched', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 1 })]))
  const plan = await lab.plan(lab.desired([]))
  const id = lab.world.objects()[0]!.id
  lab.world.edit(id, { uid: 'native-9' as never })
  const end = await lab.perform(plan)
  expect([end.result, lab.world.objects().length]).toEqual(['stale', 1])
})

test('A run whose journal cannot be written says that the state is what failed', async () => {
  using lab = new Lab()
  const full = Object.assign(new Error('The disk is full'), { code: 'FORGE4008', detail: 'There is no room left.' })
  const append: Journal['append'] = (entries) =>
    entries.some(({ kind }) => kind === 'applied') ? Promise.reject(full) : lab.journal.append(entries)
  const end = await lab.apply(lab.desired([unit('group.web', { size: 1 })]), { journal: { append } })
  expect([end.result, end.failure]).toEqual([
    'failed',
    { kind: 'state', message: 'The run could not go on: The disk is full [FORGE4008]. There is no room left.' },
  ])
})

test('A provider that cannot be opened is named, and what was opened is closed', async () => {
  using lab = new Lab()
  lab.world.reachable = false
  await expect(lab.apply(lab.desired([unit('group.web')]))).rejects.toMatchObject({
    diagnostics: [{ code: 'FORGE5001', detail: expect.stringContaining('local') }],
  })
})

test('Secrets that were fetched stand in no entry, event or output', async () => {
  using lab = new Lab()
  const canary = 'canary "7/+'
  lab.secrets = { 'env:PASSWORD': canary }
  const password = { $late: { kind: 'secret', source: 'env:PASSWORD', digest: null } } as const
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method !== 'apply') return proceed()
    about.call.progress(`using ${canary}`)
    if (about.target?.address === web1)
      throw new ProviderError('denied', `login ${canary} or ${Buffer.from(`user:${canary}`).toString('base64')} refused`)
    const applied = (await proceed()) as { readonly outputs: object }
    return { ...applied, outputs: { ...applied.outputs, leak: `got ${canary}`, json: JSON.stringify({ canary }) } } as never
  })
  const end = await lab.apply(lab.desired([unit('group.web', { inputs: { password } })]))
  expect(end.result).toBe('partial')
  const text = JSON.stringify([lab.journal.records, end])
  for (const form of [
    canary,
    JSON.stringify(canary).slice(1, -1),
    JSON.stringify(JSON.stringify(canary)).slice(1, -1),
    Buffer.from(canary).toString('base64').slice(0, 12),
  ])
    expect(text).not.toContain(form)
  expect(text).toContain('(sensitive)')
  expect(lab.world.objects().every((object) => object.delivered['password'] === canary)).toBe(true)
})

test('A runtime secret reaches the machine and nothing else', async () => {
  using lab = new Lab()
  lab.flavor = { ...lab.flavor, runtime: async () => 'token-canary-123' }
  await lab.apply(lab.desired([unit('group.web', { size: 1, flavor: { token: true, health: false } })]))
  expect(lab.world.objects()[0]?.delivered['init']).toContain('token-canary-123')
  expect(JSON.stringify(lab.journal.records)).not.toContain('token-canary-123')
})
