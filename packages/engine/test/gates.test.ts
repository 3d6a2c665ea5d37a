import type { Address, Plan, Step } from '@forgeplan/model'
import { expect, test } from 'vitest'
import type { AskingGate } from '../src/index.ts'
import { gateStep, idAt, Lab, told, unit, web1 } from './lab.ts'

const web = (id: number) => `group.web/${id}` as Address
const app = unit('instance.app')
const appId = 'create:instance.app'

/** The first plan for `group.web` and an instance, its gates replaced by those given; the instance waits for the last. */
const planWith = async (lab: Lab, gates: readonly Step[], size = 3): Promise<Plan> => {
  const plan = await lab.plan(lab.desired([unit('group.web', { size, flavor: {} }), app]))
  const last = gates.at(-1)?.id
  const rest = plan.steps.filter((step) => step.kind !== 'gate')
  const steps = rest.map((step) => (step.id === appId && last !== undefined ? { ...step, after: [last] } : step))
  return { ...plan, steps: [...steps.filter(({ id }) => id !== appId), ...gates, ...steps.filter(({ id }) => id === appId)] }
}

const all = [1, 2, 3].map((id) => `create:${web(id)}`)
const asking = gateStep('canary.group.web', [web(1)], { ask: true }, all)

test('A gate asks the members of the gates before it too', async () => {
  using lab = new Lab()
  const sicken = (): Promise<boolean> => {
    lab.world.setHealth(idAt(lab, web1), { kind: 'unhealthy', why: 'worn out' })
    return Promise.resolve(true)
  }
  const first = gateStep('wave-2.group.web', [web(1)], {}, [all[0]!])
  const last = gateStep('group.web', [web(2)], { ask: true }, [first.id, ...all])
  const end = await lab.perform(await planWith(lab, [first, last]), { ask: sicken })
  expect(told(end.events)).toContain(`gate-passed ${first.id}`)
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({
    step: 'gate:group.web',
    cause: 'deadline',
    why: 'group.web/1: worn out',
    healthy: 1,
    need: 2,
  })
  expect(lab.standing()).not.toContain('instance.app')
})

test('A gate that wants members alive asks those that were not changed, without the ones that go down next', async () => {
  using lab = new Lab()
  await lab.perform(await planWith(lab, []))
  for (const id of [1, 2]) lab.world.setHealth(idAt(lab, web(id)), { kind: 'unhealthy', why: `sick ${id}` })
  const passing = async (need: number, without: readonly Address[]) => {
    const plan = await lab.plan(lab.desired([unit('group.web', { flavor: {} }), app, unit(`instance.more-${need}-${without.length}`)]))
    const steps = [gateStep('group.web', [], { alive: { need, without } }), ...plan.steps]
    return (await lab.perform({ ...plan, steps })).events.find(({ kind }) => /^gate-(passed|stopped)$/.test(kind))
  }
  expect(await passing(1, [])).toMatchObject({ kind: 'gate-passed' })
  expect(await passing(2, [])).toMatchObject({ kind: 'gate-stopped', healthy: 1, need: 2, why: 'group.web/1: sick 1 (and 1 more)' })
  expect(await passing(1, [web(3)])).toMatchObject({ kind: 'gate-stopped', healthy: 0, need: 1 })
})

test('What a gate sees of its members, such as an address that came late, is known to all that comes after it', async () => {
  using lab = new Lab()
  const gate = gateStep('group.web', [web(1)], { ask: true }, all)
  const getAddress = (): Promise<boolean> => {
    const id = idAt(lab, web1)
    lab.world.edit(id, { outputs: { ...lab.world.object(id).outputs, ip: '192.0.2.7' } })
    return Promise.resolve(true)
  }
  await lab.perform(await planWith(lab, [gate]), { ask: getAddress })
  expect([...lab.state.rows.values()].find(({ address }) => address === web1)?.outputs).toMatchObject({ ip: '192.0.2.7' })
  const next = await lab.plan(lab.desired([unit('group.web', { flavor: {} }), app]))
  expect(next.changes.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep', 'keep'])
})

test('A gate that only joins looks at nothing, tells nothing, and is not journaled', async () => {
  using lab = new Lab()
  const wave = gateStep('wave-2.group.web', [web(1)], {}, all)
  const joint = gateStep('before.instance.app', [], { deadlineMs: 0 }, [wave.id])
  const plan = await planWith(lab, [wave, joint])
  const looks: number[] = []
  const flavor = lab.flavor
  lab.flavor = { ...flavor, health: (config, member, call) => flavor.health!(config, member, (looks.push(1), call)) }
  const end = await lab.perform(plan)
  expect(end.result).toBe('done')
  expect(looks).toHaveLength(1)
  expect(told(end.events).filter((line) => line.includes('gate'))).toEqual([`gate-passed ${wave.id}`])
  expect(lab.state.done.has(joint.id)).toBe(false)
})

test('A gate counts a member that was never made as ended, and stops at once', async () => {
  using lab = new Lab()
  const end = await lab.perform(await planWith(lab, [gateStep('group.web', [web(1), web(9)], { deadlineMs: 3_600_000 }, all)]))
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({ cause: 'ended', why: 'group.web/9: it does not exist' })
  expect(end.elapsedMs).toBeLessThan(60_000)
})

test('A gate that tolerates a failure lets go on when one member cannot be made, and the run is partial', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && about.target?.address === web(2)) throw new Error('no')
    return proceed()
  })
  const end = await lab.perform(await planWith(lab, [gateStep('group.web', [1, 2, 3].map(web), { failures: 1 }, all)]))
  expect(end.result).toBe('partial')
  expect(lab.standing()).toEqual(['group.web/1', 'group.web/3', 'instance.app'])
})

test('A gate that asks stops where nobody is, and says by which name it is approved', async () => {
  using lab = new Lab()
  const plan = await planWith(lab, [asking])
  const end = await lab.perform(plan)
  expect(end.result).toBe('partial')
  expect(told(end.events).slice(-3)).toEqual([`gate-asking ${asking.id}`, `gate-stopped ${asking.id}`, `step-skipped ${appId}`])
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({
    cause: 'unapproved',
    healthy: 1,
    need: 1,
    why: 'nobody is here to approve it; apply the saved plan again with --approve canary.group.web',
  })
  expect(end.failure).toMatchObject({ kind: 'denied', message: expect.stringContaining('--approve canary.group.web') })
  const again = await lab.perform(plan, { approved: new Set(['canary.group.web']) })
  expect(again.result).toBe('done')
  expect(told(again.events)).toEqual([`gate-passed ${asking.id}`, `step-succeeded ${appId}`])
})

test('A gate that asks asks the person who is there, and goes by the answer', async () => {
  using lab = new Lab()
  const plan = await planWith(lab, [asking])
  const questions: AskingGate[] = []
  const answering = (yes: boolean) => async (gate: AskingGate) => {
    questions.push(gate)
    return yes
  }
  const declined = await lab.perform(plan, { ask: answering(false) })
  expect(declined.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({
    cause: 'unapproved',
    why: expect.stringMatching(/^it was not approved/),
  })
  expect((await lab.perform(plan, { ask: answering(true) })).result).toBe('done')
  expect(questions).toEqual([1, 2].map(() => ({ step: asking.id, unit: 'group.web', name: 'canary.group.web' })))
})

test('A gate that was approved is not asked again under the same plan', async () => {
  using lab = new Lab()
  const plan = await planWith(lab, [asking])
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && about.target?.address === 'instance.app') throw new Error('not yet')
    return proceed()
  })
  expect((await lab.perform(plan, { ask: async () => true })).result).toBe('partial')
  lab.world.interceptors.pop()
  const again = await lab.perform(plan)
  expect([again.result, told(again.events)]).toEqual(['done', [`step-succeeded ${appId}`]])
})

test('A gate asks a person only once the members are well', async () => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(30_000)
  const end = await lab.perform(await planWith(lab, [asking]), { ask: async () => true })
  const kinds = end.events.map(({ kind }) => kind)
  expect(kinds.lastIndexOf('gate-waiting')).toBeLessThan(kinds.indexOf('gate-asking'))
  expect(kinds).toContain('gate-waiting')
})

test('An interrupted run does not wait for the answer of a person, nor does a gate that asks hold a slot', async () => {
  using lab = new Lab()
  const free = unit('instance.free')
  const plan = await planWith(lab, [asking])
  const more = await lab.plan(lab.desired([unit('group.web', { flavor: {} }), app, free]))
  const both = {
    ...plan,
    desired: more.desired,
    contexts: more.contexts,
    changes: more.changes,
    steps: [
      ...plan.steps,
      ...more.steps.filter(({ id }) => id === 'create:instance.free').map((step) => ({ ...step, after: [all[2] as never] })),
    ],
  }
  let question = 0
  const ask = (): Promise<boolean> => {
    question += 1
    return new Promise(() => undefined)
  }
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply' && about.target?.address === 'instance.free') {
      while (question === 0) await new Promise((resolve) => setImmediate(resolve))
      setImmediate(() => lab.stop.abort())
    }
    return proceed()
  })
  const end = await lab.perform(both, { ask, parallelism: 1 })
  expect(end.result).toBe('interrupted')
  expect(lab.standing()).toContain('instance.free')
  expect(told(end.events).slice(-2).toSorted()).toEqual([`step-skipped ${appId}`, `step-skipped ${asking.id}`])
})

test('A run that is interrupted by the very question does not wait for its answer', async () => {
  using lab = new Lab()
  const ask = (): Promise<boolean> => {
    lab.stop.abort()
    return new Promise(() => undefined)
  }
  expect((await lab.perform(await planWith(lab, [asking]), { ask })).result).toBe('interrupted')
})

test('A question that cannot be asked stops the gate with what went wrong', async () => {
  using lab = new Lab()
  const end = await lab.perform(await planWith(lab, [asking]), { ask: () => Promise.reject(new Error('no terminal')) })
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({
    cause: 'failed',
    why: expect.stringContaining('no terminal'),
  })
})

test('A gate whose members are not well is not passed by approval', async () => {
  using lab = new Lab()
  lab.world.setHealthyAfterMs(10_000_000)
  const end = await lab.perform(await planWith(lab, [asking]), { approved: new Set(['canary.group.web']) })
  expect(end.events.find(({ kind }) => kind === 'gate-stopped')).toMatchObject({ cause: 'deadline' })
})
