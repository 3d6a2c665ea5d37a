import type { Address, Desired, State, Unit } from '@forgeplan/model'
import { late, rowAt } from '@forgeplan/model'
import type { Handler, Provider } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { sim } from '../../testkit/src/index.ts'
import { recover } from '../src/index.ts'
import { Lab, unit } from './lab.ts'

const recoverInto = async (lab: Lab, desired: Desired): Promise<void> => {
  const { state } = lab
  await using worlds = await lab.open(desired, state)
  await lab.journal.append(await recover({ desired, state, worlds, clock: lab.clock, signal: new AbortController().signal }))
}

const idAt = (lab: Lab, address: string) =>
  lab.world.objects().find(({ mark }) => (mark as { readonly address?: string } | null)?.address === address)!.id

const named = (...ids: readonly string[]): Unit => ({
  ...unit('group.db', { inputs: { cpus: late({ kind: 'member', field: 'ordinal' }), init: 'echo hello' } }),
  shape: { kind: 'ids', ids },
})

test('A named member keeps its number although a sibling before it is gone', async () => {
  using lab = new Lab()
  const desired = lab.desired([named('a', 'b', 'c')])
  await lab.apply(desired)
  const before = rowAt(lab.state, 'group.db/c' as Address)
  lab.world.remove(idAt(lab, 'group.db/b'))
  lab.journal.records.length = 0
  await recoverInto(lab, desired)
  expect(rowAt(lab.state, 'group.db/c' as Address)?.inputs).toEqual(before?.inputs)
})

test('What was renamed is recovered with what it was made of', async () => {
  using lab = new Lab()
  const inputs = { init: 'echo hello' }
  await lab.apply(lab.desired([unit('group.old', { size: 2, inputs })]))
  lab.journal.records.length = 0
  const renamed = { ...lab.desired([unit('group.new', { size: 2, inputs })]), moved: [{ from: 'group.old', to: 'group.new' }] }
  await recoverInto(lab, renamed)
  const plan = await lab.plan(renamed)
  expect([plan.renamed.length, plan.changes.map(({ action }) => action)]).toEqual([2, ['keep', 'keep']])
})

const contextAt = (state: State, address: string) => state.contexts.get(rowAt(state, address as Address)!.context)

test('What the configuration no longer mentions is recovered with the settings of its provider, and is kept', async () => {
  using lab = new Lab()
  await lab.apply(lab.desired([unit('instance.app'), unit('instance.old')]))
  const row = rowAt(lab.state, 'instance.old' as Address)!
  await lab.journal.append([{ kind: 'forgotten', uid: row.uid }])
  const nothing = { ...lab.desired([]), providers: [] }
  await recoverInto(lab, nothing)
  expect(contextAt(lab.state, 'instance.old')).toMatchObject({
    provider: { name: 'local', plugin: 'sim', settings: { world: lab.world.name } },
    policy: { onDestroy: 'keep' },
  })
  const plan = await lab.plan(lab.desired([unit('instance.app')]))
  expect(plan.changes.find(({ address }) => address === 'instance.old')).toMatchObject({ action: 'release', why: 'kept' })
})

/** The simulated world, where one object's mark can be read and the object itself cannot. */
const damagedAt = (address: string): Provider => ({
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    const unreadable = { kind: 'unreadable', lastSeen: null, why: 'its files are damaged' } as const
    const damage = (handler: Handler): Handler => ({
      ...handler,
      observe: async (targets, call) => {
        const seen = await handler.observe(targets, call)
        return new Map(
          [...seen].map(([uid, one]) => [uid, targets.some((at) => at.uid === uid && at.address === address) ? unreadable : one]),
        )
      },
      list: async function* (of, call) {
        for await (const found of handler.list(of, call))
          yield found.mark.address === address ? { ...found, observation: unreadable } : found
      },
    })
    return {
      realm: session.realm,
      handlers: new Map([...session.handlers].map(([type, handler]) => [type, damage(handler)])),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  },
})

test('An object whose mark alone can be read is claimed: its generation is never given out again, and apply is refused', async () => {
  using lab = new Lab()
  const desired = lab.desired([unit('group.web', { size: 3 })])
  await lab.apply(desired)
  const { generation } = lab.state
  const youngest = [...lab.state.rows.values()].find((row) => row.generation === generation)!
  lab.provider = damagedAt(youngest.address)
  lab.journal.records.length = 0
  await recoverInto(lab, desired)
  expect([lab.state.rows.size, lab.state.generation]).toEqual([3, generation])
  expect(lab.state.rows.get(youngest.uid)).toMatchObject({ address: youngest.address, phase: { kind: 'live' }, inputs: youngest.inputs })
  await expect(lab.plan(desired)).rejects.toThrow(/its files are damaged/)
  lab.provider = sim
  expect((await lab.plan(desired)).changes.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep'])
})
