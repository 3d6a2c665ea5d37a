import type { Address } from '@forgeplan/model'
import { groupUnit, lineage, remoteId, rowAt, stackName, uid } from '@forgeplan/model'
import type { Adoption } from '@forgeplan/planner'
import type { Query } from '@forgeplan/sdk'
import { expect, test } from 'vitest'
import { Crash, simMachine } from '../../testkit/src/index.ts'
import { findAdoption } from '../src/index.ts'
import { Lab, unit } from './lab.ts'

const group = groupUnit('web')
const herd = ['ik-1', 'ik-2', 'ik-10']
const web = [unit('group.web', { inputs: { init: 'echo hello' } })]

/** Machines that nobody manages. */
const addHerd = (lab: Lab, names: readonly string[] = herd): void => {
  for (const name of names)
    lab.world.put({
      id: remoteId(`vm-${name}`),
      uid: uid(`native-${name}`),
      type: simMachine.name,
      name,
      mark: null,
      inputs: { image: 'a', cpus: 1, memory: 2 ** 30 },
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
}

const find = async (lab: Lab, query: Query = { name: 'ik-*' }, units = web): Promise<Adoption> => {
  const desired = lab.desired(units)
  await using worlds = await lab.open(desired, lab.state)
  const signal = new AbortController().signal
  return findAdoption({ desired, state: lab.state, worlds, clock: lab.clock, signal, wish: { group, query } })
}

const planned = async (lab: Lab, units = web) =>
  lab.plan(lab.desired(units), { adoption: await find(lab, { name: 'ik-*' }, units), asConfigured: true })

const idsIn = (lab: Lab): readonly unknown[] => ['1', '2', '3'].map((id) => rowAt(lab.state, `${group}/${id}` as Address)?.id)

test('All machines that a pattern finds become members in one plan, and then there is nothing to do', async () => {
  using lab = new Lab()
  addHerd(lab)
  addHerd(lab, ['other'])
  expect((await lab.perform(await planned(lab))).result).toBe('done')
  expect(idsIn(lab)).toEqual(['vm-ik-1', 'vm-ik-2', 'vm-ik-10'])
  expect(lab.world.mutatingCalls().map(({ method }) => method)).toEqual(['mark', 'mark', 'mark'])
  expect((await lab.plan(lab.desired(web))).changes.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep'])
})

test('What cannot be read back may differ in the next plan, unless it was taken as configured', async () => {
  using lab = new Lab()
  addHerd(lab)
  await lab.perform(await lab.plan(lab.desired(web), { adoption: await find(lab) }))
  const [change] = (await lab.plan(lab.desired(web))).changes
  expect(change).toMatchObject({ action: 'update', fields: [{ field: 'init', before: undefined, lost: true }] })
})

test('What can be read back and differs is a difference, also where the rest was taken as configured', async () => {
  using lab = new Lab()
  addHerd(lab)
  const bigger = [unit('group.web', { inputs: { init: 'echo hello', cpus: 2 } })]
  await lab.perform(await planned(lab, bigger))
  const [change] = (await lab.plan(lab.desired(bigger))).changes
  expect(change).toMatchObject({ action: 'update', fields: [{ field: 'cpus', before: 1, after: 2 }] })
})

test('What is managed already is not offered again, and when nothing is left that is said', async () => {
  using lab = new Lab()
  addHerd(lab, ['ik-1'])
  await lab.perform(await planned(lab))
  addHerd(lab, ['ik-2', 'ik-10'])
  expect((await find(lab)).objects.map(({ name }) => name)).toEqual(['ik-2', 'ik-10'])
  await lab.perform(await planned(lab))
  expect(idsIn(lab)).toEqual(['vm-ik-1', 'vm-ik-2', 'vm-ik-10'])
  await expect(find(lab)).rejects.toThrow('All objects with the name ik-* are managed already: vm-ik-1, vm-ik-2, vm-ik-10.')
})

test('Nothing found, and a criterion that the provider does not know, are errors', async () => {
  using lab = new Lab()
  addHerd(lab)
  await expect(find(lab, { name: 'no-*' })).rejects.toThrow('has no sim/machine with the name no-*')
  await expect(find(lab, { name: 'ik-*', folder: 'elsewhere' })).rejects.toThrow('with the name ik-* and the folder elsewhere')
  await expect(find(lab, { group: 'web' })).rejects.toThrow('cannot look for objects of the type sim/machine by the InfraKit group')
  await expect(find(lab, { name: 'ik-*' }, [])).rejects.toThrow('no such group or instance as group.web')
  expect((await find(lab, { folder: '/' })).objects).toHaveLength(3)
})

test('One of another state refuses the plan, and nothing is marked', async () => {
  using lab = new Lab()
  addHerd(lab)
  lab.world.writeMark(remoteId('vm-ik-2'), {
    lineage: lineage('22222222-2222-4222-8222-222222222222'),
    stack: stackName('other'),
    uid: uid('native-ik-2'),
    address: 'group.db/1' as Address,
    generation: 1,
    specDigest: '0'.repeat(64),
  })
  await expect(planned(lab)).rejects.toThrow(/ik-2 \(vm-ik-2\) is not imported at group\.web\/2: another stack/)
  expect(lab.world.mutatingCalls()).toEqual([])
})

/** The run of the plan, in a process that is killed at its boundary `at`; whether it was. */
const killedAt = async (lab: Lab, at: number): Promise<boolean> => {
  const crash = new Crash(at)
  const made = await planned(lab)
  lab.world.interceptors.unshift(crash.interceptor)
  const run = lab.perform(made, { journal: crash.journal(lab.journal), clock: crash.clock(lab.clock), parallelism: 2 })
  const ended = await Promise.race([crash.crashed.then(() => true), run.then(() => false)])
  lab.world.interceptors.splice(lab.world.interceptors.indexOf(crash.interceptor), 1)
  return ended
}

test('Killed anywhere, asking for the same again goes on with the rest', async () => {
  for (let at = 1, killed = true; killed; at++) {
    using lab = new Lab()
    addHerd(lab)
    killed = await killedAt(lab, at)
    const left = await planned(lab).catch(() => null)
    if (left !== null) expect((await lab.perform(left)).result).toBe('done')
    expect(new Set(idsIn(lab)), `killed at boundary ${String(at)}`).toEqual(new Set(['vm-ik-1', 'vm-ik-2', 'vm-ik-10']))
    expect((await lab.plan(lab.desired(web))).changes.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep'])
    expect(lab.world.objects()).toHaveLength(3)
    expect(at).toBeLessThan(200)
  }
})
