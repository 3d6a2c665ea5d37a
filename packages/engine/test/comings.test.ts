import type { Address, Change, Plan, Step, StepId, ValueMap } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import type { Flavor, MemberHandle } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { Lab, told, unit, web1 } from './lab.ts'

const told1 = { join: true, leave: true, health: false } satisfies ValueMap
const web = (size: number, more: ValueMap = {}) => unit('group.web', { size, flavor: { ...told1, ...more } })

const step = (kind: 'join' | 'leave', address: Address, after: string): Step => ({
  id: `${kind}:${address}` as StepId,
  kind,
  address,
  after: [after as StepId],
})

/** The plan with a join after each create and a leave after each delete, where the planner has none of its own. */
const telling = (plan: Plan): Plan => {
  const known = new Set<string>(plan.steps.map(({ id }) => id))
  const more = plan.steps.flatMap((each) => {
    if (each.kind !== 'create' && each.kind !== 'delete') return []
    const own = step(each.kind === 'create' ? 'join' : 'leave', each.address, each.id)
    return known.has(own.id) ? [] : [own]
  })
  return { ...plan, steps: [...plan.steps, ...more] }
}

const apply = async (lab: Lab, size: number, more: ValueMap = {}) => lab.perform(telling(await lab.plan(lab.desired([web(size, more)]))))

/** Lets the lab's flavor go wrong, or notes who it is told of. */
const flavored = (lab: Lab, change: Pick<Partial<Flavor>, 'joined' | 'left' | 'drain'>): void => {
  lab.flavor = { ...lab.flavor, ...change }
}

const calls = (lab: Lab) => lab.world.mutatingCalls().map(({ method, address }) => `${method} ${address}`)

test('A flavor is told of a member once it stands, with a way into it, and not again under the same plan', async () => {
  using lab = new Lab()
  const guests: (number | undefined)[] = []
  const { joined } = lab.flavor
  flavored(lab, {
    joined: async (config, member, call) => {
      guests.push((await member.guest?.run(['true'], call))?.exitCode)
      await joined?.(config, member, call)
    },
  })
  const plan = telling(await lab.plan(lab.desired([web(2)])))
  const end = await lab.perform(plan)
  expect([end.result, guests]).toEqual(['done', [0, 0]])
  expect(calls(lab).toSorted()).toEqual(['apply group.web/1', 'apply group.web/2', 'joined group.web/1', 'joined group.web/2'])
  lab.world.clearLog()
  await lab.perform(plan)
  expect(calls(lab)).toEqual([])
})

test('A join is tried again while its failure may pass', async () => {
  using lab = new Lab()
  let tries = 0
  flavored(lab, {
    joined: async () => {
      tries += 1
      if (tries < 3) throw new ProviderError('transient', 'the manager is busy')
    },
  })
  const end = await apply(lab, 1)
  expect([end.result, tries]).toEqual(['done', 3])
  expect(end.events.filter(({ kind }) => kind === 'step-retry')).toHaveLength(2)
})

test('A join that fails is an ordinary failure, and the same plan tries it again', async () => {
  using lab = new Lab()
  const { joined } = lab.flavor
  flavored(lab, { joined: () => Promise.reject(new ProviderError('denied', 'the token is wrong')) })
  const plan = telling(await lab.plan(lab.desired([web(1)])))
  const end = await lab.perform(plan)
  expect([end.result, end.failure?.message]).toEqual(['partial', 'the token is wrong'])
  lab.flavor = { ...lab.flavor, ...(joined && { joined }) }
  const again = await lab.perform(plan)
  expect([again.result, told(again.events)]).toEqual(['done', ['step-succeeded join:group.web/1']])
})

test('A join that broke its contract names the flavor and not the provider', async () => {
  using lab = new Lab()
  flavored(lab, { joined: () => Promise.reject(new Error('oops')) })
  expect((await apply(lab, 1)).failure?.message).toBe('The flavor f broke its contract, which is a bug in it: oops')
})

test('A flavor is not told of a member that did not come, and the same plan tells it when it has', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'apply') throw new ProviderError('denied', 'no')
    return proceed()
  })
  const whole = telling(await lab.plan(lab.desired([web(1)])))
  const plan = { ...whole, steps: whole.steps.map((each) => (each.kind === 'join' ? { ...each, after: [] } : each)).toReversed() }
  const end = await lab.perform(plan, { parallelism: 1 })
  expect(told(end.events).slice(0, 2)).toEqual(['step-succeeded join:group.web/1', 'step-failed create:group.web/1'])
  lab.world.interceptors.pop()
  lab.world.clearLog()
  await lab.perform({ ...plan, steps: whole.steps })
  expect(calls(lab)).toEqual(['apply group.web/1', 'joined group.web/1'])
})

test('A flavor is told of a member that has gone: with its last outputs, and no way into it', async () => {
  using lab = new Lab()
  await apply(lab, 2)
  const ip = [...lab.state.rows.values()].find(({ address }) => address === 'group.web/2')?.outputs['ip']
  const gone: MemberHandle[] = []
  const { left } = lab.flavor
  flavored(lab, {
    left: async (config, member, call) => {
      gone.push(member)
      await left?.(config, member, call)
    },
  })
  lab.world.clearLog()
  expect((await apply(lab, 1)).result).toBe('done')
  expect(calls(lab)).toEqual(['delete group.web/2', 'left group.web/2'])
  expect(gone.map(({ address, outputs, guest }) => [address, outputs['ip'], guest])).toEqual([['group.web/2', ip, null]])
})

test('A flavor is told who went when another member comes to the same address', async () => {
  using lab = new Lab()
  await apply(lab, 1)
  const before = [...lab.state.rows.keys()]
  lab.world.clearLog()
  const plan = await lab.plan(lab.desired([web(1)]), { replace: [web1] })
  const made = plan.steps.flatMap((each) =>
    each.kind === 'create' ? [{ ...each, after: [stepId('delete', web1)] }] : each.kind === 'delete' ? [{ ...each, after: [] }] : [],
  )
  // Last, so that the new member already holds the address.
  await lab.perform({ ...plan, steps: [...made, step('leave', web1, stepId('create', web1))] })
  expect(
    lab.world
      .mutatingCalls()
      .filter(({ method }) => method === 'left')
      .map(({ uid }) => uid),
  ).toEqual(before)
})

test('A leave that fails is told and does not stop anything: the member is gone', async () => {
  using lab = new Lab()
  await apply(lab, 1)
  flavored(lab, { left: () => Promise.reject(new ProviderError('denied', 'no manager answers')) })
  const end = await apply(lab, 0)
  expect(end.result).toBe('done')
  expect(end.events).toContainEqual(
    expect.objectContaining({ kind: 'step-progress', verb: 'leave', message: expect.stringContaining('no manager answers') }),
  )
})

test('A leave of a run that was cut off is made up for, without the outputs that nobody knows any more', async () => {
  using lab = new Lab()
  await apply(lab, 1)
  const plan = telling(await lab.plan(lab.desired([web(0)])))
  // The first process gets no further than the delete.
  const cut = { ...plan, steps: plan.steps.filter(({ kind }) => kind !== 'leave') }
  await lab.perform(cut)
  const gone: MemberHandle[] = []
  flavored(lab, { left: async (_config, member) => void gone.push(member) })
  expect((await lab.perform(plan)).result).toBe('done')
  expect(gone.map(({ address, outputs }) => [address, outputs])).toEqual([['group.web/1', {}]])
})

test('A member without a flavor comes and goes without a word', async () => {
  using lab = new Lab()
  const plan = telling(await lab.plan(lab.desired([unit('group.web', { size: 1 })])))
  expect((await lab.perform(plan)).result).toBe('done')
  expect((await lab.perform(telling(await lab.plan(lab.desired([unit('group.web', { size: 0 })]))))).result).toBe('done')
})

test.each([
  ['a member whose successor stands', { kind: 'succeeded-by', address: 'group.web/2' as Address }, 'failed', 1],
  ['a member that goes for good', { kind: 'scaled-down', to: 0 }, 'done', 0],
] as const)('A drain that fails ends the run as it should for %s', async (_, reason, result, left) => {
  using lab = new Lab()
  flavored(lab, { drain: () => Promise.reject(new ProviderError('denied', 'no')) })
  await lab.apply(lab.desired([web(1, { drain: true })]))
  const plan = await lab.plan(lab.desired([web(0, { drain: true })]))
  const changes = plan.changes.map((change): Change => (change.action === 'delete' ? { ...change, reason } : change))
  expect((await lab.perform({ ...plan, changes })).result).toBe(result)
  expect(lab.world.objects()).toHaveLength(left)
})
