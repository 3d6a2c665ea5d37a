import type { Health, PlainMap, Value } from '@forgeplan/model'
import { groupUnit, isMap, late, leaves, memberAddress, normaliseObject, object, uid } from '@forgeplan/model'
import type { Call, Flavor, Guest, MemberHandle } from '@forgeplan/sdk'
import { defineFlavor, ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { combo, comboOf } from '../src/index.ts'

const address = memberAddress(groupUnit('web'), '1')
const who = { address, id: '1', ordinal: 1, name: 'lab-web-1' }
const member = (guest: Guest | null = null): MemberHandle => ({ address, uid: uid('u1'), outputs: {}, guest, peers: () => [] })
const call: Call = {
  signal: new AbortController().signal,
  progress: () => undefined,
  record: async () => undefined,
  now: () => 0,
  sleep: async () => undefined,
}
const config = (...flavors: readonly PlainMap[]): PlainMap => normaliseObject(combo.config, { flavors }) as PlainMap

/** A guest that notes what it is asked to run; commands named `bad` fail. */
const notes = (): { readonly ran: string[]; readonly guest: Guest } => {
  const ran: string[] = []
  const run: Guest['run'] = async (command) => {
    ran.push(command.join(' '))
    return { exitCode: command[0] === 'bad' ? 1 : 0, stdout: '', stderr: '' }
  }
  return { ran, guest: { run } }
}

test('the texts of the first boot come one after the other, and those without one are left out', () => {
  const given = config({ vanilla: { init: ['one', 'two'] } }, { vanilla: {} }, { vanilla: { init: 'three\n' } })
  expect(combo.prepare(given, who).init).toBe('one\ntwo\nthree\n')
  expect(combo.prepare(config({ vanilla: {} }), who)).toEqual({ init: null, tags: {} })
})

test('a late text stays late until it is known', () => {
  const ip: Value = late({ kind: 'output', of: address, path: ['ip'] })
  const { init } = combo.prepare({ flavors: [{ vanilla: { init: ['one'] } }, { vanilla: { init: [ip] } }] }, who)
  expect([...leaves(init)]).toEqual([{ kind: 'output', of: address, path: ['ip'] }])
})

test('a later tag goes over an earlier one', () => {
  const given = config({ vanilla: { tags: { a: '1', b: '1' } } }, { vanilla: { tags: { b: '2', c: '2' } } })
  expect(combo.prepare(given, who).tags).toEqual({ a: '1', b: '2', c: '2' })
})

test('a member is well when all are well, and the first that is unwell says why', async () => {
  const { guest } = notes()
  const ask = (...commands: readonly string[]): Promise<Health> | undefined =>
    combo.health?.(config(...commands.map((name) => ({ vanilla: { health: { exec: [name] } } }))), member(guest), call)
  expect(await ask('good', 'fine')).toEqual({ kind: 'healthy' })
  expect(await ask('good', 'bad')).toEqual({ kind: 'unhealthy', why: 'the command ended with exit code 1' })
})

test('what is unwell says more than what is unknown', async () => {
  const shy = flavor('shy', { hasHealth: () => true, health: async () => ({ kind: 'unknown', why: 'shy' }) })
  const sick = flavor('sick', { hasHealth: () => true, health: async () => ({ kind: 'unhealthy', why: 'sick' }) })
  const both = comboOf([shy, sick])
  expect(await both.health?.({ flavors: [{ shy: {} }, { sick: {} }] }, member(), call)).toEqual({ kind: 'unhealthy', why: 'sick' })
  expect(await both.health?.({ flavors: [{ shy: {} }] }, member(), call)).toEqual({ kind: 'unknown', why: 'shy' })
})

test('a survey asks all of them, and silence is unknown', async () => {
  const well = flavor('well', {
    hasHealth: () => true,
    survey: async (_, members) => new Map(members.map((one) => [one.uid, { kind: 'healthy' }])),
  })
  const mute = flavor('mute', { hasHealth: () => true })
  const both = comboOf([well, mute])
  expect(await both.survey?.({ flavors: [{ well: {} }] }, [member()], call)).toEqual(new Map([['u1', { kind: 'healthy' }]]))
  expect((await both.survey?.({ flavors: [{ well: {} }, { mute: {} }] }, [member()], call))?.get(uid('u1'))?.kind).toBe('unknown')
})

test('flavors without health and drain ask for none', () => {
  expect(combo.hasHealth(config({ vanilla: { init: ['x'] } }))).toBe(false)
  expect(combo.hasHealth(config({ vanilla: {} }, { vanilla: { health: { tcp: 80 } } }))).toBe(true)
  expect(combo.hasDrain(config({ vanilla: {} }))).toBe(false)
  expect(combo.hasDrain(config({ vanilla: {} }, { vanilla: { drain: ['stop'] } }))).toBe(true)
})

test('draining goes from last to first, past one that fails, and then says so', async () => {
  const { ran, guest } = notes()
  const drains = (...names: readonly string[]): PlainMap => config(...names.map((name) => ({ vanilla: { drain: [name] } })))
  await combo.drain?.(drains('first', 'second'), member(guest), call)
  expect(ran).toEqual(['second', 'first'])
  await expect(combo.drain?.(drains('third', 'bad'), member(guest), call)).rejects.toThrow(ProviderError)
  expect(ran.slice(2)).toEqual(['bad', 'third'])
})

test('a member is told from first to last that it has come, and the rest are not told past one that fails', async () => {
  const { ran, guest } = notes()
  const joins = (...names: readonly string[]): PlainMap =>
    config({ vanilla: {} }, ...names.map((name) => ({ vanilla: { joined: [name] } })))
  await combo.joined?.(joins('first', 'second'), member(guest), call)
  expect(ran).toEqual(['first', 'second'])
  await expect(combo.joined?.(joins('bad', 'third'), member(guest), call)).rejects.toThrow(ProviderError)
  expect(ran.slice(2)).toEqual(['bad'])
  expect([combo.hasJoined?.(joins()), combo.hasJoined?.(joins('first'))]).toEqual([false, true])
})

test('all flavors that want to know are told from last to first that a member has gone, past one that fails', async () => {
  const gone: string[] = []
  const leaving = (name: string, fails = false): Flavor =>
    flavor(name, {
      hasLeft: (own) => own['n'] === 1,
      left: async () => {
        gone.push(name)
        if (fails) throw new ProviderError('transient', name)
      },
    })
  const three = comboOf([leaving('a'), leaving('b', true), leaving('c')])
  const given: PlainMap = { flavors: [{ a: { n: 1 } }, { b: { n: 1 } }, { c: { n: 2 } }] }
  expect([three.hasLeft?.(given), three.hasLeft?.({ flavors: [{ c: {} }] }), combo.hasLeft?.(config({ vanilla: {} }))]).toEqual([
    true,
    false,
    false,
  ])
  await expect(three.left?.(given, member(), call)).rejects.toThrow('b')
  expect(gone).toEqual(['b', 'a'])
})

test('a group comes up one member first if any of the flavors needs that', () => {
  expect(comboOf([flavor('a', {}), flavor('b', { bootstrap: 'serial' })]).bootstrap).toBe('serial')
  expect(combo.bootstrap).toBeUndefined()
})

test('a member that leads by the word of one flavor leads, however well it is by the word of another', async () => {
  const lead = flavor('lead', { hasHealth: () => true, health: async () => ({ kind: 'healthy', role: 'leader' }) })
  const sick = flavor('sick', { hasHealth: () => true, health: async () => ({ kind: 'unhealthy', why: 'sick' }) })
  const both = comboOf([lead, sick])
  const led: Health = { kind: 'unhealthy', why: 'sick', role: 'leader' }
  expect(await both.health?.({ flavors: [{ lead: {} }, { sick: {} }] }, member(), call)).toEqual(led)
  expect(await both.health?.({ flavors: [{ sick: {} }] }, member(), call)).toEqual({ kind: 'unhealthy', why: 'sick' })
})

test('a value that is known only at apply is asked of the flavor that named it', async () => {
  const token = (name: string): Flavor =>
    flavor(name, {
      prepare: () => ({ init: late({ kind: 'runtime', name: 'token' }), tags: {} }),
      runtime: async (key, own) => `${name} ${key} ${String(own['n'])}`,
    })
  const both = comboOf([token('a'), token('b')])
  const given: PlainMap = { flavors: [{ a: { n: 1 } }, { b: { n: 2 } }] }
  const names = [...leaves(both.prepare(given, who).init)].map((leaf) => (leaf.kind === 'runtime' ? leaf.name : ''))
  const values = await Promise.all(names.map(async (name) => both.runtime?.(name, given, member(), call)))
  expect(values).toEqual(['a token 1', 'b token 2'])
  await expect(both.runtime?.('7:token', given, member(), call)).rejects.toThrow(ProviderError)
})

const flavor = (name: string, more: Partial<Flavor>): Flavor =>
  defineFlavor({
    name,
    doc: name,
    config: object({ n: { schema: { kind: 'integer' }, doc: 'A number.' } }),
    prepare: (given) => ({ init: null, tags: isMap(given['tags']) ? given['tags'] : {} }),
    hasHealth: () => false,
    hasDrain: () => false,
    ...more,
  })
