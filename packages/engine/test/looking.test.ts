import type { Address, Step, StepId, TypeName } from '@forgeplan/model'
import { expect, test } from 'vitest'
import type { Handler, Session } from '@forgeplan/sdk'
import { sim, simDisk, simMachine, VirtualClock } from '../../testkit/src/index.ts'
import { Agenda } from '../src/agenda.ts'
import { bounded } from '../src/deadline.ts'
import { checkBasis, observe, preflight, Redactor } from '../src/index.ts'
import { backOffMs } from '../src/retry.ts'
import { Lab, unit } from './lab.ts'

test('One look takes one bulk read and one sweep per type, however many rows there are', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 200 })])
  await lab.apply(desired)
  lab.world.clearLog()
  await using open = await lab.open(desired, lab.state)
  const seen = await lab.observe(desired, lab.state, open)
  expect([seen.objects.size, seen.found.length]).toEqual([200, 200])
  expect(
    lab.world
      .log()
      .map((call) => call.method)
      .toSorted(),
  ).toEqual(['list', 'list', 'observe'])
})

test('Images are swept for where the configuration or the state has any', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2 })])
  await lab.apply(desired)
  await using open = await lab.open(desired, lab.state)
  const sweepsOf = async (image: TypeName): Promise<number> => {
    const providers = new Map([...open.catalog.providers].map(([name, provider]) => [name, { ...provider, image }]))
    lab.world.clearLog()
    await lab.observe(desired, lab.state, { ...open, catalog: { ...open.catalog, providers } })
    return lab.world.log().filter(({ method }) => method === 'list').length
  }
  // Were machines the images, there would be some.
  expect([await sweepsOf(simMachine.name), await sweepsOf(simDisk.name)]).toEqual([2, 1])
})

test('A survey that fails reads as unknown health and is no error', async () => {
  using lab = new Lab()
  lab.flavor = { ...lab.flavor, survey: () => Promise.reject(new Error('no answer')) }
  const desired = lab.desired([unit('group.web', { size: 2, flavor: {} })])
  await lab.apply(desired)
  await using open = await lab.open(desired, lab.state)
  const request = {
    desired,
    state: lab.state,
    worlds: open,
    clock: lab.clock,
    signal: new AbortController().signal,
    resolver: lab.resolver,
  }
  const seen = await observe({ ...request, survey: true })
  expect([...seen.health.values()].map((health) => health.kind)).toEqual(['unknown', 'unknown'])
})

test('A mark that cannot be read is not ours and disturbs nothing', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2 })])
  await lab.apply(desired)
  lab.world.writeMark(lab.world.objects()[0]!.id, { lineage: '../../etc', stack: 'lab' })
  await using open = await lab.open(desired, lab.state)
  expect((await lab.observe(desired, lab.state, open)).found.length).toBe(1)
})

test('A saved plan is stale only where its own addresses changed', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 2 }), unit('instance.other')])
  await lab.apply(desired)
  const next = lab.desired([unit('group.web', { size: 2, inputs: { cpus: 4 } }), unit('instance.other')])
  const plan = await lab.plan(next)
  const check = async () => {
    await using open = await lab.open(next, lab.state)
    return checkBasis({ plan, state: lab.state, observed: await lab.observe(next, lab.state, open) })
  }
  const at = (address: string) =>
    lab.world.objects().find((object) => (object.mark as { readonly address?: string }).address === address)!.id
  lab.world.editInput(at('instance.other'), 'note', 'changed')
  expect(await check()).toEqual([])
  lab.world.editInput(at('group.web/2'), 'note', 'changed')
  expect(await check()).toEqual(['group.web/2'])
})

test('What a plan has done itself does not make it stale', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('group.web', { size: 3, flavor: { drain: true, health: false } })]))
  const next = lab.desired([unit('group.web', { size: 3, inputs: { image: 'b' }, flavor: { drain: true, health: false } })])
  const plan = await lab.plan(next)
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && about.target?.address !== 'group.web/1') throw new Error('not now')
    return proceed()
  })
  expect((await lab.perform(plan)).result).toBe('partial')
  lab.world.interceptors.length = 0
  await using open = await lab.open(next, lab.state)
  expect(checkBasis({ plan, state: lab.state, observed: await lab.observe(next, lab.state, open) })).toEqual([])
  expect((await lab.perform(plan)).result).toBe('done')
})

test('Back-off doubles, is bounded, and leaves up to half to chance', () => {
  expect([1, 2, 3, 20].map((attempt) => backOffMs(attempt, 0))).toEqual([500, 1000, 2000, 30_000])
  expect(backOffMs(1, 1)).toBe(250)
})

test('A call that succeeds although it was aborted counts as a success', async () => {
  const clock = new VirtualClock()
  const bound = { clock, ms: 10, stops: [], grace: { deadline: 1000, abort: 1000 } }
  const call = (signal: AbortSignal): Promise<string> => new Promise((resolve) => signal.addEventListener('abort', () => resolve('done')))
  expect(await bounded(bound, call)).toBe('done')
})

test('A secret is found plain, escaped, encoded, and in base64 at any offset', () => {
  const redactor = new Redactor()
  const secret = 'p@ss"word/42'
  redactor.add(secret)
  const base64 = ['', 'u', 'us'].map((prefix) => Buffer.from(`${prefix}${secret}:tail`).toString('base64'))
  for (const text of [secret, JSON.stringify({ secret }), encodeURIComponent(secret), ...base64])
    expect(redactor.text(`x ${text} y`)).toContain('(sensitive)')
  expect(redactor.map({ nested: [{ deep: `a ${secret}` }] })).toEqual({ nested: [{ deep: 'a (sensitive)' }] })
})

test('A very short secret is masked only where it is the whole text', () => {
  const redactor = new Redactor()
  redactor.add('ab')
  expect([redactor.text('ab'), redactor.text('cabbage')]).toEqual(['(sensitive)', 'cabbage'])
})

test('A short secret is masked as a whole word and does not mangle others', () => {
  const redactor = new Redactor()
  redactor.add('test')
  expect(redactor.text('the latest test failed: {"x":"a\\ntest"}')).toBe('the latest (sensitive) failed: {"x":"a\\n(sensitive)"}')
})

const step = (id: string, after: readonly string[] = []): Step => ({
  id: id as StepId,
  kind: 'create',
  address: id as Address,
  after: after as readonly StepId[],
})

test('Steps start in plan order as soon as what they wait for is done', () => {
  const agenda = new Agenda([step('a', ['c']), step('b'), step('c')], new Set())
  const [first, second] = [agenda.nextStep(), agenda.nextStep()]
  expect([first?.id, second?.id, agenda.nextStep()]).toEqual(['b', 'c', undefined])
  agenda.settle(second as Step, true)
  expect(agenda.nextStep()?.id).toBe('a')
})

test('Steps that wait for each other are given up, not waited for', () => {
  const agenda = new Agenda([step('a', ['b']), step('b', ['a'])], new Set())
  expect([agenda.nextStep(), agenda.abandon().length, agenda.left]).toEqual([undefined, 2, 0])
})

test('Ten thousand steps behind one that failed are skipped at once', () => {
  const steps = [step('s0'), ...Array.from({ length: 10_000 }, (_, index) => step(`s${index + 1}`, [`s${index}`]))]
  const agenda = new Agenda(steps, new Set())
  expect(agenda.settle(agenda.nextStep() as Step, false)).toHaveLength(10_000)
})

test('A provider that only rows mention and that cannot be opened leaves its rows unreadable', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 1 })])
  await lab.apply(desired)
  lab.world.reachable = false
  const none = { ...lab.desired([]), providers: [] }
  await using open = await lab.open(none, lab.state)
  const seen = await lab.observe(none, lab.state, open)
  expect([...seen.objects.values()]).toMatchObject([{ kind: 'unreadable', why: expect.stringContaining('does not answer') }])
})

test('A late value that does not fit its field fails the step without being shown', async () => {
  using lab = new Lab()
  const cpus = { $late: { kind: 'output', of: 'instance.nfs', path: ['ip'] } } as never
  const end = await lab.apply(lab.desired([unit('instance.nfs'), unit('instance.app', { inputs: { cpus }, dependsOn: ['instance.nfs'] })]))
  expect([end.result, end.failure]).toEqual([
    'partial',
    { kind: 'invalid', message: 'The field "cpus" of instance.app does not fit its type, now that its value is known.' },
  ])
})

test('Preflight asks each provider once about everything that will be made', async () => {
  using lab = new Lab()
  const asked: number[] = []
  lab.provider = { ...lab.provider, open: async (...given) => withPreflight(await sim.open(...given), asked) }
  const plan = await lab.plan(lab.desired([unit('group.web', { size: 5 })]))
  await using open = await lab.open(plan.desired, lab.state)
  const said = await preflight({ plan, state: lab.state, worlds: open, clock: lab.clock, signal: new AbortController().signal })
  expect([asked, said.map((one) => one.summary)]).toEqual([[5], ['No room']])
})

const withPreflight = (session: Session, asked: number[]): Session => {
  const problem = { severity: 'error', code: 'FORGE5001', summary: 'No room', detail: 'There is no room.' } as const
  const handlers = [...session.handlers].map(([type, handler]) => {
    const preflight: Handler['preflight'] = async (wanted) => {
      asked.push(wanted.length)
      return [problem]
    }
    return [type, { ...handler, preflight }] as const
  })
  return { realm: session.realm, handlers: new Map(handlers), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
}
