import { describe, expect, test } from 'vitest'
import type { Interceptor } from '@forgeplan/testkit'
import { Crash, Lab, LabProblems, makeStranger, sim, World } from '@forgeplan/testkit'
import type { Handler, Provider } from '@forgeplan/sdk'
import { doings, expectTruth } from '../support/truth.ts'
import { built, calls, count, expectConverged, herd, idAt, images, machine } from './herd.ts'

const sized = (size: number, more = {}) => herd({ size, instance: machine('a', more) })
const pets = herd({ ids: ['a'], instance: machine('a') })

/** The simulated world under another name, with some of its answers replaced. */
const answering = (over: (handler: Handler) => Partial<Handler>): Provider => ({
  ...sim,
  name: 'careless',
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    return {
      realm: session.realm,
      handlers: new Map([...session.handlers].map(([type, handler]) => [type, { ...handler, ...over(handler) }])),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  },
})

const careless = (text: string): string => text.replace('"plugin":"sim"', '"plugin":"careless"')

test('InfraKit 2.5.3 and row 12: with another provider the old one is asked to take down what it made', async () => {
  using elsewhere = new World({ name: 'elsewhere' })
  using lab = await built(sized(3))
  const providers = { here: { plugin: 'sim', world: 'w' }, there: { plugin: 'sim', world: 'elsewhere' } }
  lab.configure(herd({ size: 3, instance: { provider: 'there', image: 'a' } }, { top: { providers } }))
  await expectConverged(lab, await lab.apply())
  expect([count(lab), elsewhere.objects().length]).toEqual([0, 3])
})

test('InfraKit 2.5.3: also when the block of the old provider has gone', async () => {
  using elsewhere = new World({ name: 'elsewhere' })
  using lab = await built(sized(2))
  const providers = { there: { plugin: 'sim', world: 'elsewhere' } }
  lab.configure(herd({ size: 2, instance: { provider: 'there', image: 'a' } }, { top: { providers } }))
  await expectConverged(lab, await lab.apply())
  expect([count(lab), elsewhere.objects().length]).toEqual([0, 2])
})

describe('InfraKit 2.5.7: a creation that takes longer than anybody waits', () => {
  test('is one machine', async () => {
    using lab = new Lab({ world: new World({ name: 'w', creationMs: 20_000 }) })
    lab.configure(sized(1))
    await expectConverged(lab, await lab.apply())
    expect(calls(lab)).toEqual(['create group.web/1'])
    expect(count(lab)).toBe(1)
  })

  test('is one machine although whoever asked for it was killed, and the next one asks again at once', async () => {
    using lab = new Lab({ world: new World({ name: 'w', creationMs: 20_000 }) })
    lab.configure(sized(1))
    const stopper = new AbortController()
    const impatient: Interceptor = (about, proceed) => {
      if (about.method === 'apply') stopper.abort()
      return proceed()
    }
    lab.world.interceptors.push(impatient)
    expect((await lab.apply({ abort: stopper.signal, stop: stopper.signal })).outcome.result).toBe('interrupted')
    lab.world.interceptors.pop()
    await expectConverged(lab, await lab.apply())
    expect(count(lab)).toBe(1)
    expectTruth(lab)
  })
})

test('InfraKit 2.5.8: a provider that answers without an id is named as the culprit, and the run ends', async () => {
  using lab = new Lab({
    world: new World({ name: 'w' }),
    providers: [answering((handler) => ({ apply: async (...args) => ({ ...(await handler.apply(...args)), id: undefined as never }) }))],
  })
  lab.configure(careless(sized(1)))
  const { outcome } = await lab.apply()
  expect(outcome.result).not.toBe('done')
  expect(outcome.failure?.message).toMatch(/answer of the provider cannot be used, which is a bug in it: the id/)
})

test('InfraKit 2.5.8: machines without properties are an error in the file', () =>
  expect(built(herd({ size: 1, instance: { provider: 'here' } }))).rejects.toThrow(LabProblems))

test('InfraKit 2.5.9: a platform that forgets what a pet is called does not get a second one', async () => {
  using lab = await built(pets)
  const id = idAt(lab, 'group.web/a')
  lab.world.edit(id, { name: 'renamed by hand', inputs: { ...lab.world.object(id).inputs, tags: {} } })
  for (let looks = 0; looks < 3; looks++) await lab.apply()
  expect(calls(lab).filter((call) => call.startsWith('create'))).toEqual([])
  expect(lab.world.objects()).toHaveLength(1)
})

test('InfraKit 2.5.11: text that comes from a file counts as part of what is wanted', async () => {
  const text = herd({ size: 1, instance: machine('a', { note: '${file("motd")}' }) })
  using lab = new Lab({ world: new World({ name: 'w' }) })
  lab.configure(text, { files: { motd: 'hello' } })
  await lab.apply()
  lab.configure(text, { files: { motd: 'good evening' } })
  expect(doings(await lab.plan())).toEqual(['update group.web/1'])
})

test('InfraKit 2.5.11: what somebody changed on a machine is seen, and put right', async () => {
  using lab = await built(sized(2, { note: 'ours' }))
  lab.world.editInput(idAt(lab, 'group.web/2'), 'note', 'theirs')
  const plan = await lab.plan()
  expect(plan.changes.find(({ address }) => address === 'group.web/2')).toMatchObject({ action: 'update', reason: { kind: 'drifted' } })
  await expectConverged(lab, await lab.apply({ plan }))
  expect(lab.world.object(idAt(lab, 'group.web/2')).inputs['note']).toBe('ours')
})

test('InfraKit 2.5.14: a machine without a mark, or with one that is not its own, is never taken for a member', async () => {
  using lab = await built(sized(2))
  makeStranger(lab.world, 'lab-web-30')
  lab.world.writeMark(makeStranger(lab.world, 'impostor'), lab.world.object(idAt(lab, 'group.web/1')).mark)
  lab.configure(sized(3))
  expect(doings(await lab.plan())).toEqual(['create group.web/3'])
  await expectConverged(lab, await lab.apply())
  expect(images(lab)).toEqual({ 1: 'a', 2: 'a', 3: 'a' })
  expect(lab.world.objects()).toHaveLength(5)
})

test('Row 10: killed at any moment, a roll is finished by the next apply, without an orphan and without a twin', async () => {
  const roll = async (crash: Crash) => {
    using lab = await built(herd({ size: 2, instance: machine('a'), update: { maxSurge: 1 } }))
    lab.configure(herd({ size: 2, instance: machine('b'), update: { maxSurge: 1 } }))
    const first = await lab.applyUntil(crash)
    if (typeof first !== 'string') return false
    await expectConverged(lab, await lab.apply())
    expect(Object.values(images(lab)), first).toEqual(['b', 'b'])
    expect(count(lab), first).toBe(2)
    expectTruth(lab, first)
    return true
  }
  const whole = new Crash()
  expect(await roll(whole)).toBe(false)
  for (let at = 1; at <= whole.boundaries.length; at++) expect(await roll(new Crash(at)), String(at)).toBe(true)
})
