import type { Address, PlainMap, Row, Unit } from '@forgeplan/model'
import { lineage, remoteId, rowAt, stackName, uid } from '@forgeplan/model'
import type { Import } from '@forgeplan/planner'
import type { Handler, Provider } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { sim, simMachine } from '../../testkit/src/index.ts'
import { findImport } from '../src/index.ts'
import { Lab, unit } from './lab.ts'

const nfs = 'instance.nfs' as Address
const own = uid('native-1')
const id = remoteId('vm-old')
const gibibyte = 2 ** 30

/** A machine that nobody manages. */
const addStranger = (lab: Lab, more: { readonly id?: string; readonly uid?: string; readonly inputs?: PlainMap } = {}): void =>
  lab.world.put({
    id: remoteId(more.id ?? id),
    uid: uid(more.uid ?? own),
    type: simMachine.name,
    name: 'old-nfs',
    mark: null,
    inputs: { image: 'a', cpus: 1, memory: gibibyte, note: 'made by hand', ...more.inputs },
    delivered: {},
    outputs: { ip: '10.0.0.9' },
    status: { kind: 'running' },
    where: '/',
    createdAt: 0,
    startedAt: 0,
    health: null,
    attached: [],
    files: {},
  })

const find = async (
  lab: Lab,
  units: readonly Unit[],
  wish: { readonly id?: string; readonly name?: string; readonly at?: string },
): Promise<Import> => {
  const desired = lab.desired(units)
  await using worlds = await lab.open(desired, lab.state)
  const query = { ...(wish.id === undefined ? {} : { id: remoteId(wish.id) }), ...(wish.name === undefined ? {} : { name: wish.name }) }
  const signal = new AbortController().signal
  return findImport({ desired, state: lab.state, worlds, clock: lab.clock, signal, wish: { address: (wish.at ?? nfs) as Address, query } })
}

const importOne = async (lab: Lab, units: readonly Unit[]): Promise<void> => {
  const made = await lab.plan(lab.desired(units), { imports: [await find(lab, units, { id })] })
  expect(await lab.perform(made)).toMatchObject({ result: 'done', counts: { imported: 1, added: 0 } })
}

/** The words of what the planner or the look refuses. */
const refusal = async (lab: Lab, units: readonly Unit[], imports: () => Promise<readonly Import[]>): Promise<string> => {
  try {
    await lab.plan(lab.desired(units), { imports: await imports() })
    return 'nothing'
  } catch (error) {
    return (error as Error).message
  }
}

/** The simulated world, where this login may not write a mark. */
const withoutMarks: Provider = {
  ...sim,
  open: async (settings, host) => {
    const session = await sim.open(settings, host)
    const deny = (handler: Handler): Handler => ({ ...handler, mark: () => Promise.reject(new ProviderError('denied', 'Not allowed.')) })
    return {
      realm: session.realm,
      handlers: new Map([...session.handlers].map(([type, handler]) => [type, deny(handler)])),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  },
}

const lone = [unit('instance.nfs')]

test('an import writes the mark, keeps the object and its own identity, and then there is nothing to do', async () => {
  using lab = new Lab()
  addStranger(lab)
  const made = await lab.plan(lab.desired(lone), { imports: [await find(lab, lone, { id })] })
  expect(made.changes.map(({ action, address }) => [action, address])).toEqual([['import', nfs]])
  expect(made.steps.map((step) => step.id)).toEqual([`mark:${nfs}`])
  expect((await lab.perform(made)).result).toBe('done')
  expect(rowAt(lab.state, nfs)).toMatchObject({ uid: own, id, phase: { kind: 'live' }, outputs: { ip: '10.0.0.9' } })
  expect(lab.world.index.get(id)?.mark).toMatchObject({ uid: own, address: nfs, stack: 'lab' })
  expect(lab.world.objects()).toHaveLength(1)
  expect((await lab.plan(lab.desired(lone))).changes.map(({ action }) => action)).toEqual(['keep'])
})

test('the next plan shows what differs, as configured and not as drifted', async () => {
  using lab = new Lab()
  addStranger(lab, { inputs: { cpus: 4 } })
  await importOne(lab, [unit('instance.nfs', { inputs: { cpus: 8 } })])
  const [change] = (await lab.plan(lab.desired([unit('instance.nfs', { inputs: { cpus: 8 } })]))).changes
  expect(change).toMatchObject({ action: 'update', reason: { kind: 'configured', fields: ['cpus'] } })
  expect(change).toMatchObject({ fields: [{ field: 'cpus', before: 4, after: 8, drifted: false, released: false }] })
})

test('what cannot be read back may differ, and never costs the object', async () => {
  using lab = new Lab()
  addStranger(lab)
  const units = [unit('instance.nfs', { inputs: { init: 'echo hello' } })]
  await importOne(lab, units)
  const [change] = (await lab.plan(lab.desired(units))).changes
  expect(change).toMatchObject({ action: 'update', uid: own, fields: [{ field: 'init', before: undefined, effect: 'live' }] })
  expect((await lab.apply(lab.desired(units))).result).toBe('done')
  expect((await lab.plan(lab.desired(units))).changes.map(({ action }) => action)).toEqual(['keep'])
})

test('a plan that imports does nothing else', async () => {
  using lab = new Lab()
  addStranger(lab)
  const units = [unit('group.web', { size: 3 }), unit('instance.nfs', { dependsOn: ['group.web'] })]
  const made = await lab.plan(lab.desired(units), { imports: [await find(lab, units, { id, at: 'group.web/2' })] })
  expect(made.changes.map(({ action, address }) => [action, address])).toEqual([['import', 'group.web/2']])
  await lab.perform(made)
  const next = await lab.plan(lab.desired(units))
  expect(next.changes.map(({ action, address }) => [action, address])).toEqual([
    ['create', 'group.web/1'],
    ['keep', 'group.web/2'],
    ['create', 'group.web/3'],
    ['create', 'instance.nfs'],
  ])
})

test('an imported object is destroyed like any other', async () => {
  using lab = new Lab()
  addStranger(lab)
  await importOne(lab, lone)
  expect((await lab.apply(lab.desired([]), { options: { mode: 'destroy' } })).result).toBe('done')
  expect(lab.world.objects()).toEqual([])
})

test('an object is found by its name, if only one has it', async () => {
  using lab = new Lab()
  addStranger(lab)
  expect(await find(lab, lone, { name: 'old-nfs' })).toMatchObject({ id, uid: own, seen: 'present' })
  addStranger(lab, { id: 'vm-two', uid: 'native-2' })
  await expect(find(lab, lone, { name: 'old-nfs' })).rejects.toThrow(
    /More than one object to import.*2 objects have the name old-nfs: vm-old, vm-two\. Name one with --id/s,
  )
})

test('what there is not cannot be imported', async () => {
  using lab = new Lab()
  await expect(find(lab, lone, { id: 'vm-none' })).rejects.toThrow(/has no sim\/machine with the id vm-none/)
  await expect(find(lab, lone, { id: 'vm-none', at: 'instance.db' })).rejects.toThrow(/no such group or instance/)
})

test('what is asked for and the platform does not know is told as that, and not as a world that cannot be read', async () => {
  using lab = new Lab()
  lab.world.interceptors.push(async ({ method }, proceed) => {
    if (method === 'find') throw new ProviderError('invalid', 'There is no tag env/nowhere.')
    return proceed()
  })
  await expect(find(lab, lone, { name: 'old-nfs' })).rejects.toThrow(/^What is asked for is not known.*There is no tag env\/nowhere\./s)
})

test('an object of another type is named as that', async () => {
  using lab = new Lab()
  const units = [unit('instance.db', { inputs: { disks: [{ name: 'data', size: '1GiB' }] } }), ...lone]
  await lab.apply(lab.desired([unit('instance.db', { inputs: { disks: [{ name: 'data', size: '1GiB' }] } })]))
  const disk = lab.world.objects().find((one) => one.type === 'sim/disk')
  await expect(find(lab, units, { id: disk?.id ?? '' })).rejects.toThrow(/is a sim\/disk, and instance\.nfs wants a sim\/machine/)
})

test('an address that is held, and an object that is managed, are refused', async () => {
  using lab = new Lab()
  addStranger(lab)
  await importOne(lab, lone)
  const both = [...lone, unit('instance.two')]
  expect(await refusal(lab, both, async () => [await find(lab, both, { id })])).toContain('already holds the object vm-old')
  expect(await refusal(lab, both, async () => [await find(lab, both, { id, at: 'instance.two' })])).toContain(
    'already managed as instance.nfs',
  )
})

test('an object with the mark of another state is refused, by the plan and by the step', async () => {
  using lab = new Lab()
  addStranger(lab)
  const free = await find(lab, lone, { id })
  const made = await lab.plan(lab.desired(lone), { imports: [free] })
  lab.world.writeMark(id, {
    lineage: lineage('22222222-2222-4222-8222-222222222222'),
    stack: stackName('other'),
    uid: own,
    address: nfs,
    generation: 1,
    specDigest: '0'.repeat(64),
  })
  expect(await refusal(lab, lone, async () => [await find(lab, lone, { id })])).toContain(
    'another stack, or another state of this one, manages the object',
  )
  const done = await lab.perform(made)
  expect(done.result).not.toBe('done')
  expect(lab.world.index.get(id)?.mark).toMatchObject({ stack: 'other' })
})

test('an address that nothing wants, and one object for two addresses, are refused', async () => {
  using lab = new Lab()
  addStranger(lab)
  const group = [unit('group.web', { size: 2 })]
  expect(await refusal(lab, group, async () => [await find(lab, group, { id, at: 'group.web/7' })])).toContain(
    'the configuration wants nothing there',
  )
  const twice = async (): Promise<readonly Import[]> => [
    await find(lab, group, { id, at: 'group.web/1' }),
    await find(lab, group, { id, at: 'group.web/2' }),
  ]
  expect(await refusal(lab, group, twice)).toContain('can each be imported only once')
})

test('an object that forge let go of can be taken back', async () => {
  using lab = new Lab()
  addStranger(lab)
  await importOne(lab, lone)
  const row = rowAt(lab.state, nfs) as Row
  await lab.journal.append([{ kind: 'released', uid: row.uid, why: 'removed-from-state' }])
  await importOne(lab, lone)
  expect(rowAt(lab.state, nfs)).toMatchObject({ uid: own, phase: { kind: 'live' }, generation: row.generation })
})

test('an import that was cut off before its mark is gone on with by asking again', async () => {
  using lab = new Lab()
  addStranger(lab)
  const made = await lab.plan(lab.desired(lone), { imports: [await find(lab, lone, { id })] })
  lab.provider = withoutMarks
  expect((await lab.perform(made)).result).not.toBe('done')
  lab.provider = sim
  expect(rowAt(lab.state, nfs)).toMatchObject({ uid: own, phase: { kind: 'creating' } })
  await importOne(lab, lone)
  expect(rowAt(lab.state, nfs)).toMatchObject({ uid: own, phase: { kind: 'live' } })
})

test('a plan without imports is the same with and without the option', async () => {
  using lab = new Lab()
  const desired = lab.desired(lone)
  expect((await lab.plan(desired, { imports: [] })).id).toBe((await lab.plan(desired)).id)
})

const foreignMark = {
  lineage: lineage('22222222-2222-4222-8222-222222222222'),
  stack: stackName('lab'),
  uid: own,
  address: nfs,
  generation: 1,
  specDigest: '0'.repeat(64),
}

/** How often the provider is asked to write a mark; `first` happens before the first of them. */
const countMarks = (lab: Lab, first: () => void): { readonly asked: number } => {
  const count = { asked: 0 }
  lab.world.interceptors.push(async (about, proceed) => {
    if (about.method === 'mark' && ++count.asked === 1) first()
    return proceed()
  })
  return count
}

test.each([
  ['became the object of another state', (lab: Lab) => lab.world.writeMark(id, foreignMark)],
  ['was moved away', (lab: Lab) => lab.world.edit(id, { where: 'folder Other' })],
])('An object that %s since the plan is looked at and not marked', async (_, happen) => {
  using lab = new Lab()
  addStranger(lab)
  const made = await lab.plan(lab.desired(lone), { imports: [await find(lab, lone, { id })] })
  happen(lab)
  const marks = countMarks(lab, () => undefined)
  const done = await lab.perform(made)
  expect([done.failure?.kind, marks.asked, lab.state.rows.size]).toEqual(['stale', 0, 0])
})

test('An object that another state took while its mark was being written is not marked a second time', async () => {
  using lab = new Lab()
  addStranger(lab)
  const made = await lab.plan(lab.desired(lone), { imports: [await find(lab, lone, { id })] })
  const marks = countMarks(lab, () => {
    lab.world.writeMark(id, foreignMark)
    throw new ProviderError('transient', 'The line was cut.')
  })
  const done = await lab.perform(made)
  expect([done.failure?.kind, marks.asked]).toEqual(['stale', 1])
  expect(lab.world.index.get(id)?.mark).toEqual(foreignMark)
})

/** An import whose mark was never written, and what a plan makes of it after `then`. */
const cutOff = async (lab: Lab, then: () => void, units: readonly Unit[] = lone) => {
  addStranger(lab, { inputs: { image: 'other', memory: 4 * gibibyte } })
  const made = await lab.plan(lab.desired(lone), { imports: [await find(lab, lone, { id })] })
  lab.provider = withoutMarks
  expect((await lab.perform(made)).result).not.toBe('done')
  lab.provider = sim
  then()
  return lab.plan(lab.desired(units))
}

test('An import that was cut off is an import in the next plan, whatever the object is made of', async () => {
  using lab = new Lab()
  const next = await cutOff(lab, () => undefined)
  expect(next.changes).toMatchObject([{ action: 'import', address: nfs, id, reason: { kind: 'interrupted' } }])
  lab.world.clearLog()
  expect((await lab.perform(next)).result).toBe('done')
  expect(lab.world.mutatingCalls().map(({ method }) => method)).toEqual(['mark'])
  expect(rowAt(lab.state, nfs)).toMatchObject({ uid: own, id, phase: { kind: 'live' }, inputs: { image: 'other' } })
})

test('An import that was cut off and whose object is gone is forgotten, and nothing is made or removed in its name', async () => {
  using lab = new Lab()
  const next = await cutOff(lab, () => lab.world.remove(id))
  expect(next.changes).toMatchObject([{ action: 'forget', uid: own, reason: { kind: 'interrupted' } }])
  lab.world.clearLog()
  expect((await lab.perform(next)).result).toBe('done')
  expect([lab.world.mutatingCalls(), lab.state.rows.size]).toEqual([[], 0])
  expect((await lab.plan(lab.desired(lone))).changes).toMatchObject([{ action: 'create', reason: { kind: 'new' } }])
})

test('An object whose import was cut off is not deleted when nothing wants it any more', async () => {
  using lab = new Lab()
  const next = await cutOff(lab, () => undefined, [])
  expect(next.changes).toMatchObject([{ action: 'release', uid: own, reason: { kind: 'interrupted' } }])
  expect((await lab.perform(next)).result).toBe('done')
  expect(lab.world.objects()).toHaveLength(1)
})
