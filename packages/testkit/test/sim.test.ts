import { describe, expect, it } from 'vitest'
import type { Address, Mark, Observation } from '@forgeplan/model'
import { lineage, parseAddress, stackName, uid } from '@forgeplan/model'
import type { Call, Handler, Session, Target } from '@forgeplan/sdk'
import { machineType, orphans, sim, twins, World } from '../src/index.ts'

const line = lineage('11111111-1111-4111-8111-111111111111')
const address = (text: string): Address => parseAddress(text) ?? (text as Address)

const target = (name: string, at = 'group.web/1', over: Partial<Target> = {}): Target => {
  const mark: Mark = {
    lineage: line,
    stack: stackName('lab'),
    uid: uid(name),
    address: address(at),
    generation: 1,
    specDigest: 'a'.repeat(64),
  }
  return { uid: uid(name), address: address(at), type: machineType, mark, id: null, handle: null, begunAt: null, making: false, ...over }
}

const calling = (over: Partial<Call> = {}): Call => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  record: async () => undefined,
  now: () => 1000,
  sleep: () => new Promise(() => undefined),
  ...over,
})

const absent: Observation = { kind: 'absent' }
const opened = async (world: World): Promise<{ session: Session; machine: Handler }> => {
  const session = await sim.open({ world: world.name }, { directory: '/', signal: new AbortController().signal })
  return { session, machine: session.handlers.get(machineType) as Handler }
}

describe('the simulated world', () => {
  it('shows a killed machine as stopped and a destroyed one as absent', async () => {
    using world = new World({ name: 'kill' })
    const { machine } = await opened(world)
    const made = await machine.apply('create', target('u1'), { image: 'a' }, absent, calling())
    world.kill(made.id)
    const at = target('u1', 'group.web/1', { id: made.id })
    expect((await machine.observe([at], calling())).get(at.uid)).toMatchObject({ kind: 'present', status: { kind: 'stopped' } })
    world.destroy(made.id)
    expect((await machine.observe([at], calling())).get(at.uid)).toEqual(absent)
  })

  it('finishes a creation by itself when the client is gone', async () => {
    using world = new World({ name: 'slow', creationMs: 5000 })
    const { machine } = await opened(world)
    void machine.apply('create', target('u1'), { image: 'a' }, absent, calling())
    await new Promise(setImmediate)
    const lost = target('u1', 'group.web/1', { begunAt: 1000, making: true })
    expect((await machine.observe([lost], calling())).get(lost.uid)).toMatchObject({ kind: 'pending' })
    expect((await machine.observe([lost], calling({ now: () => 6000 }))).get(lost.uid)).toMatchObject({ kind: 'present' })
  })

  it('does not take the making of one for a removal of another that was cut off', async () => {
    using world = new World({ name: 'two', creationMs: 5000 })
    const { machine } = await opened(world)
    void machine.apply('create', target('u1'), { image: 'a' }, absent, calling())
    await new Promise(setImmediate)
    const removed = target('u2', 'group.web/2', { begunAt: 1000 })
    expect((await machine.observe([removed], calling())).get(removed.uid)).toEqual(absent)
  })

  it('is unreadable, not absent, to a login that it is hidden from', async () => {
    using world = new World({ name: 'narrow' })
    const { machine } = await opened(world)
    const made = await machine.apply('create', target('u1'), { image: 'a' }, absent, calling())
    world.hideFrom('guest', made.id)
    const session = await sim.open({ world: world.name, login: 'guest' }, { directory: '/', signal: new AbortController().signal })
    const at = target('u1', 'group.web/1', { id: made.id })
    const seen = await session.handlers.get(machineType)?.observe([at], calling())
    expect(seen?.get(at.uid)?.kind).toBe('unreadable')
  })

  it('tells orphans and twins to its oracle', async () => {
    using world = new World({ name: 'oracle' })
    const { machine } = await opened(world)
    await machine.apply('create', target('u1'), { image: 'a', name: 'a' }, absent, calling())
    await machine.apply('create', target('u2'), { image: 'a', name: 'b' }, absent, calling())
    expect(twins(world)).toHaveLength(1)
    const state = { lineage: line, rows: new Map() }
    expect(orphans(world, state as never)).toHaveLength(2)
    expect(world.mutatingCalls().map((call) => call.uid)).toEqual(['u1', 'u2'])
  })
})
