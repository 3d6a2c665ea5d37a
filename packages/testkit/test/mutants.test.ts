import { describe, expect, it } from 'vitest'
import type { Mark } from '@forgeplan/model'
import { parseMark, realm, remoteId, uid } from '@forgeplan/model'
import type { Handler, Provider } from '@forgeplan/sdk'
import { conformanceCases } from '@forgeplan/sdk/conformance'
import { sim } from '../src/sim.ts'
import { simSubject } from '../src/sim-subject.ts'
import type { World } from '../src/world.ts'
import { worldNamed } from '../src/world.ts'

// Each mutant is the simulated provider with one thing wrong, as a provider's author would get it wrong.
type Bend = (handler: Handler, world: World) => Partial<Handler>

const bent = (bend: Bend, sameRealm = false): Provider => ({
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    const world = worldNamed(String(settings['world'])) as World
    const handlers = [...session.handlers].map(([type, handler]) => [type, { ...handler, ...bend(handler, world) }] as const)
    return {
      realm: sameRealm ? realm('https://world.example') : session.realm,
      handlers: new Map(handlers),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  },
})

const makesTwins: Bend = (handler) => ({
  apply: (verb, target, desired, seen, call) =>
    target.id === null && verb === 'create'
      ? handler.apply(
          'create',
          { ...target, uid: uid(`${target.uid}-${Math.random()}`) },
          { ...desired, name: `n${Math.random()}` },
          seen,
          call,
        )
      : handler.apply(verb, target, desired, seen, call),
})

const deletesCopies: Bend = (handler, world) => ({
  delete: async (target, seen, call) => {
    if (target.id !== null && parseMark(world.objects().find((object) => object.id === target.id)?.mark)?.uid === target.uid)
      world.remove(target.id)
    await handler.delete(target, seen, call)
  },
})

const losesMark: Bend = (handler, world) => ({
  apply: async (verb, target, desired, seen, call) => {
    const applied = await handler.apply(verb, target, desired, seen, call)
    if (verb === 'update') world.writeMark(applied.id, { ...(target.mark as Mark), specDigest: '0'.repeat(64) })
    return applied
  },
})

const updateCreates: Bend = (handler) => ({
  apply: (verb, target, desired, seen, call) => handler.apply(verb === 'update' ? 'create' : verb, target, desired, seen, call),
})

const believesForgedMarks: Bend = (handler) => ({
  async *list(stack, call) {
    for await (const found of handler.list(stack, call))
      yield found.observation.kind === 'copy'
        ? { ...found, observation: { kind: 'present', id: found.observation.id, inputs: {}, outputs: {}, status: { kind: 'running' } } }
        : found
  },
})

const forgetsPending: Bend = (handler) => ({
  observe: async (targets, call) =>
    new Map([...(await handler.observe(targets, call))].map(([id, seen]) => [id, seen.kind === 'pending' ? { kind: 'absent' } : seen])),
})

const hidesAsAbsent: Bend = (handler) => ({
  observe: async (targets, call) =>
    new Map([...(await handler.observe(targets, call))].map(([id, seen]) => [id, seen.kind === 'unreadable' ? { kind: 'absent' } : seen])),
})

const swallowsLostConnections: Bend = (handler) => ({
  observe: (targets, call) =>
    handler.observe(targets, call).catch(() => new Map(targets.map((target) => [target.uid, { kind: 'absent' }]))),
})

const leaksSecrets: Bend = (handler) => ({
  apply: async (verb, target, desired, seen, call) => {
    call.progress(`Creating with ${JSON.stringify(desired)}`)
    return handler.apply(verb, target, desired, seen, call)
  },
})

const takesForeign: Bend = (handler, world) => ({
  delete: async (target, seen, call) => {
    const own = world.index.byUid(target.uid)[0]
    return own === undefined ? handler.delete(target, seen, call) : world.remove(own.id)
  },
})

const failsSecondDelete: Bend = (handler, world) => ({
  delete: async (target, seen, call) => {
    if (world.index.get(target.id ?? remoteId('none')) === undefined) throw new Error('not found')
    await handler.delete(target, seen, call)
  },
})

const mutants: readonly (readonly [name: string, bend: Bend, failing: string])[] = [
  ['makes twins', makesTwins, 'applying with the id forgotten finds the object by its uid'],
  ['deletes copies', deletesCopies, 'a copy is reported and never touched'],
  ['loses the mark', losesMark, 'an update changes the object in place'],
  ['creates on update', updateCreates, 'updating nothing is a conflict'],
  ['believes forged marks', believesForgedMarks, 'a forged mark does not make an object ours'],
  ['forgets what is under way', forgetsPending, 'a slow creation reads as pending'],
  ['takes hidden for absent', hidesAsAbsent, 'what a login may not see is unreadable, never absent'],
  ['takes a lost connection for absence', swallowsLostConnections, 'a dropped connection is transient'],
  ['tells secrets to whoever waits', leaksSecrets, 'a secret appears nowhere'],
  ['deletes foreign objects', takesForeign, 'an object of another lineage is foreign and left alone'],
  ['fails on a second delete', failsSecondDelete, 'deleting twice is a success'],
]

const failuresOf = async (name: string, provider: Provider): Promise<readonly string[]> => {
  using subject = simSubject(`mutant ${name}`, provider)
  const failures: string[] = []
  for (const one of conformanceCases(subject)) await one.run().catch(() => failures.push(one.name))
  return failures
}

describe('the suite catches a provider that', () => {
  it('is whole: nothing', async () =>
    expect(
      await failuresOf(
        'none',
        bent(() => ({})),
      ),
    ).toEqual([]))

  for (const [name, bend, failing] of mutants) it(name, async () => expect(await failuresOf(name, bent(bend))).toContain(failing))

  it('says absent in another world, because all worlds have one realm', async () => {
    expect(
      await failuresOf(
        'realm',
        bent(() => ({}), true),
      ),
    ).toEqual(['another world is another realm'])
  })
})
