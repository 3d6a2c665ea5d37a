import type { Observation, Uid } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Handler, Provider } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { sim } from '../../testkit/src/index.ts'
import { Lab, unit } from './lab.ts'

/** The simulated world with other handlers. */
const changing = (change: (handler: Handler) => Handler): Provider => ({
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    const handlers = [...session.handlers].map(([type, handler]) => [type, change(handler)] as const)
    return { realm: session.realm, handlers: new Map(handlers), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
  },
})

/** The simulated world, in which something stays of every object that somebody has deleted by hand, until forge deletes it. */
const withRemains = (deleted: string[]): Provider => changing((handler) => leaving(handler, deleted))

const leaving = (handler: Handler, deleted: string[]): Handler => ({
  ...handler,
  observe: async (targets, call) => {
    const seen = await handler.observe(targets, call)
    const remains = (uid: Uid, one: Observation): Observation =>
      one.kind === 'absent' && !deleted.includes(uid) ? { kind: 'absent', remains: true } : one
    return new Map([...seen].map(([uid, one]) => [uid, remains(uid, one)]))
  },
  delete: async (target, seen, call) => {
    deleted.push(target.uid)
    await handler.delete(target, seen, call)
  },
})

/** The same, in which the first deletion fails and the object is there again. */
const comingBack = (calls: string[]): Provider => {
  let isBack = false
  const change = (handler: Handler): Handler => ({
    ...handler,
    observe: async (targets, call) => {
      const seen = await handler.observe(targets, call)
      const back: Observation = { kind: 'present', id: remoteId('m-9'), inputs: {}, outputs: {}, status: { kind: 'running' } }
      return new Map([...seen.keys()].map((uid) => [uid, isBack ? back : { kind: 'absent', remains: true }]))
    },
    delete: (_, { kind }) => {
      calls.push(`delete ${kind}`)
      isBack = true
      return Promise.reject(new ProviderError('transient', 'The line was lost.'))
    },
  })
  return changing(change)
}

const lost = async (): Promise<{ readonly lab: Lab; readonly deleted: readonly string[]; readonly uid: Uid | undefined }> => {
  const deleted: string[] = []
  const lab = new Lab()
  lab.provider = withRemains(deleted)
  await lab.apply(lab.desired([unit('instance.nfs')]))
  lab.world.remove(lab.world.objects()[0]?.id as never)
  return { lab, deleted, uid: [...lab.state.rows.keys()][0] }
}

test('What is left of an object that is gone is taken away when it is forgotten', async () => {
  const { lab, deleted, uid } = await lost()
  using _ = lab
  await lab.apply(lab.desired([]))
  expect([deleted, lab.state.rows.size]).toEqual([[uid], 0])
})

test('What is left of an object that is gone is taken away before another one is made in its place', async () => {
  const { lab, deleted, uid } = await lost()
  using _ = lab
  await lab.apply(lab.desired([unit('instance.nfs')]))
  expect([deleted, lab.world.objects().length]).toEqual([[uid], 1])
})

test('A refresh takes nothing away, and keeps the row for who does', async () => {
  const { lab, deleted, uid } = await lost()
  using _ = lab
  await lab.apply(lab.desired([unit('instance.nfs')]), { options: { mode: 'refresh-only' } })
  expect([deleted, [...lab.state.rows.keys()]]).toEqual([[], [uid]])
})

test('An object that comes back while what is left of it is taken away is not deleted', async () => {
  const { lab, uid } = await lost()
  using _ = lab
  const plan = await lab.plan(lab.desired([]))
  const calls: string[] = []
  lab.provider = comingBack(calls)
  const { result } = await lab.perform(plan)
  expect([result, calls, [...lab.state.rows.keys()]]).toEqual(['stale', ['delete absent'], [uid]])
})
