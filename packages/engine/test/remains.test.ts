import type { Observation, Uid } from '@forgeplan/model'
import type { Handler, Provider } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { sim } from '../../testkit/src/index.ts'
import { Lab, unit } from './lab.ts'

/** The simulated world, in which something stays of every object that somebody has deleted by hand, until forge deletes it. */
const withRemains = (deleted: string[]): Provider => ({
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    const handlers = [...session.handlers].map(([type, handler]) => [type, leaving(handler, deleted)] as const)
    return { realm: session.realm, handlers: new Map(handlers), [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
  },
})

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

test('A refresh takes nothing away', async () => {
  const { lab, deleted } = await lost()
  using _ = lab
  await lab.apply(lab.desired([unit('instance.nfs')]), { options: { mode: 'refresh-only' } })
  expect([deleted, lab.state.rows.size]).toEqual([[], 0])
})
