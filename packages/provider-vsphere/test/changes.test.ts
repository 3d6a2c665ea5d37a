import type { PlainMap } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { effectOf } from '../src/vm/effects.ts'
import { machineOf } from '../src/vm/machine.ts'
import { outputsOf } from '../src/vm/seen-inputs.ts'
import { useRig } from './rig.ts'
import { machineRef } from './subject.ts'

describe.skipIf(!hasVcsim())('a machine that stands', () => {
  const rig = useRig(['-vm', '1', '-pg', '2'])
  const template = 'DC0_H0_VM0'

  const made = async (inputs: PlainMap): Promise<Target> => {
    const target = rig.target()
    const { id } = await rig.apply('create', target, { template, ...inputs })
    return { ...target, id: remoteId(id) }
  }

  const seen = async (target: Target): Promise<PlainMap> => {
    const sight = await rig.see(target)
    if (sight?.kind !== 'present') throw new Error(`not present, but ${sight?.kind ?? 'nothing'}`)
    return { ...sight.inputs, status: sight.status.kind, where: sight.outputs['folder'] ?? null }
  }

  const clusterNamed = async (name: string): Promise<Ref> => {
    const { content, retrieve } = rig.client
    const query = { of: { under: content.rootFolder }, properties: { ClusterComputeResource: ['name'] } }
    for await (const { ref, properties } of retrieve(query)) if (properties.get('name') === name) return ref
    throw new Error(`There is no ${name}.`)
  }

  const look = async (target: Target, path: string): Promise<unknown> =>
    (await rig.client.look(machineRef(target.id ?? ''), [path]))?.properties.get(path)

  it('gets CPUs, memory and notes', async () => {
    const target = await made({ cpus: 1, memory: 2 ** 29, notes: 'one' })
    await rig.apply('restart', target, { template, cpus: 2, memory: 2 ** 30, notes: 'two\nlines' })
    expect(await seen(target)).toMatchObject({ cpus: 2, memory: 2 ** 30, notes: 'two\nlines', status: 'running' })
    expect(await look(target, 'config.annotation')).toBe(`web\n${'0'.repeat(32)}\ntwo\nlines`)
  })

  it('of several cores in a socket gets a number of CPUs that they do not divide', async () => {
    const target = await made({ cpus: 2, powerOn: false })
    await rig.client.run('ReconfigVM_Task', machineRef(target.id ?? ''), { spec: { numCoresPerSocket: 2 } })
    await rig.apply('restart', target, { template, cpus: 4 })
    expect(await look(target, 'config.hardware.numCoresPerSocket')).toBe(2)
    await rig.apply('restart', target, { template, cpus: 3 })
    expect(await look(target, 'config.hardware.numCoresPerSocket')).toBe(1)
    expect(await seen(target)).toMatchObject({ cpus: 3 })
  })

  it('comes into other networks, gets adapters and loses them', async () => {
    const target = await made({ network: 'VM Network' })
    expect(await seen(target)).toMatchObject({ network: 'VM Network' })
    await rig.apply('update', target, { template, network: 'DC0_DVPG1', networks: ['VM Network', 'DC0_DVPG0'] })
    expect(await seen(target)).toMatchObject({ network: 'DC0_DVPG1', networks: ['VM Network', 'DC0_DVPG0'] })
    await rig.apply('update', target, { template, network: '/DC0/network/DC0_DVPG0', networks: [] })
    expect(await seen(target)).toMatchObject({ network: '/DC0/network/DC0_DVPG0' })
    expect(await look(target, 'network')).toHaveLength(1)
  })

  it('gets a disk, which grows', async () => {
    const target = await made({ disks: [{ name: 'a', size: 2 ** 30 }] })
    const disks = [
      { name: 'a', size: 2 ** 31 },
      { name: 'b', size: 2 ** 30, thick: true },
    ]
    await rig.apply('update', target, { template, disks })
    expect(await seen(target)).toMatchObject({ disks })
  })

  it('keeps the settings that the configuration names, and loses those that it names no more', async () => {
    const target = await made({ extraConfig: { 'guestinfo.a': '1', 'guestinfo.b': '2' } })
    expect(await seen(target)).toMatchObject({ extraConfig: { 'guestinfo.a': '1', 'guestinfo.b': '2' } })
    await rig.apply('update', target, { template, extraConfig: { 'guestinfo.b': '3' } })
    expect(await seen(target)).toMatchObject({ extraConfig: { 'guestinfo.b': '3' } })
    expect(JSON.stringify(await look(target, 'config.extraConfig'))).not.toContain('guestinfo.a')
  })

  it('has a setting whose key vSphere spells otherwise', async () => {
    const target = await made({})
    const spec = { extraConfig: [{ key: 'Guestinfo.Place', value: 'here' }] }
    await rig.client.run('ReconfigVM_Task', machineRef(target.id ?? ''), { spec })
    const memory = JSON.parse(String(await look(target, 'config.extraConfig["forge.state"].value'))) as PlainMap
    const state = { key: 'forge.state', value: JSON.stringify({ ...memory, keys: ['guestinfo.place'] }) }
    await rig.client.run('ReconfigVM_Task', machineRef(target.id ?? ''), { spec: { extraConfig: [state] } })
    expect(await seen(target)).toMatchObject({ extraConfig: { 'guestinfo.place': 'here' } })
  })

  it('has one more disk as InfraKit has it, and a name with its prefix', async () => {
    const target = await made({ namePrefix: 'ik', persistentSize: 2 ** 30 })
    const member = String(target.mark.generation)
    expect(await seen(target)).toMatchObject({ name: `ik-${member}`, persistentSize: 2 ** 30, disks: [] })
    await rig.apply('update', target, { template, namePrefix: 'vm', persistentSize: 2 ** 31 })
    expect(await seen(target)).toMatchObject({ name: `vm-${member}`, persistentSize: 2 ** 31 })
  })

  it('goes into another folder, which is made for it', async () => {
    const target = await made({})
    expect(await seen(target)).toMatchObject({ folder: 'web', where: '/DC0/vm/web' })
    await rig.apply('update', target, { template, folder: 'prod/a b' })
    expect(await seen(target)).toMatchObject({ folder: 'prod/a b', where: '/DC0/vm/prod/a b' })
  })

  it('is detached while somebody has moved it out of its folder', async () => {
    const target = await made({ folder: 'home' })
    const parent = await look(target, 'parent')
    if (!isRef(parent)) throw new Error('no folder')
    const { vmFolder } = await rig.folders()
    await rig.client.run('MoveIntoFolder_Task', vmFolder, { list: [machineRef(target.id ?? '')] })
    expect(await rig.see(target)).toMatchObject({ kind: 'detached', where: '/DC0/vm' })
    await rig.client.run('MoveIntoFolder_Task', parent, { list: [machineRef(target.id ?? '')] })
    expect(await rig.see(target)).toMatchObject({ kind: 'present' })
  })

  it('is as wanted when it is off and shall be off, and differs when somebody turns it on', async () => {
    const target = await made({ powerOn: false })
    expect(await seen(target)).toMatchObject({ powerOn: false, status: 'running' })
    await rig.client.run('PowerOnVM_Task', machineRef(target.id ?? ''), {})
    expect(await seen(target)).toMatchObject({ powerOn: true })
    await rig.apply('restart', target, { template, powerOn: false })
    expect(await look(target, 'runtime.powerState')).toBe('poweredOff')
  })

  it('stays on when its restart cannot go on', async () => {
    const target = await made({ network: 'VM Network' })
    await expect(rig.apply('restart', target, { template, network: 'gone' })).rejects.toMatchObject({ kind: 'invalid' })
    expect(await look(target, 'runtime.powerState')).toBe('poweredOn')
  })

  it('is made in a cluster that got its name after the session had looked', async () => {
    await expect(made({ cluster: 'later' })).rejects.toMatchObject({ kind: 'invalid' })
    const cluster = await clusterNamed('DC0_C0')
    await rig.client.run('Rename_Task', cluster, { newName: 'later' })
    const target = await made({ cluster: 'later' })
    await rig.client.run('Rename_Task', cluster, { newName: 'DC0_C0' })
    expect(await seen(target)).toMatchObject({ status: 'running' })
    // What was learned in between is forgotten as soon as it leads nowhere.
    await expect(made({})).rejects.toMatchObject({ kind: 'invalid' })
    expect(await seen(await made({}))).toMatchObject({ status: 'running' })
  })

  it('without what forge remembers on it gets no disk a second time', async () => {
    const disks = [{ name: 'data', size: 2 ** 30 }]
    const target = await made({ disks })
    await rig.client.run('ReconfigVM_Task', machineRef(target.id ?? ''), { spec: { extraConfig: [{ key: 'forge.state', value: '' }] } })
    await expect(rig.apply('update', target, { template, disks, notes: 'x' })).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('gets a name with a slash and a percent sign, and keeps it', async () => {
    // The simulator cannot make a machine of such a name: its files would have it.
    const target = await made({ name: 'plain' })
    await rig.apply('update', target, { template, name: 'c/d 50%' })
    expect(await seen(target)).toMatchObject({ name: 'c/d 50%' })
  })

  it.each([{ 'forge.mark': 'x' }, { 'Forge.Mark': 'x' }, { 'a"b': 'x' }, { a: '' }])(
    'does not take the settings %j',
    async (extraConfig) => {
      await expect(made({ extraConfig })).rejects.toMatchObject({ kind: 'invalid' })
    },
  )

  it('is stopped when somebody turns it off', async () => {
    const target = await made({})
    await rig.client.run('PowerOffVM_Task', machineRef(target.id ?? ''), {})
    expect(await seen(target)).toMatchObject({ powerOn: true, status: 'stopped' })
  })
})

describe('growing', () => {
  const running = (hotAdd: boolean, outputs: PlainMap = {}) =>
    ({ kind: 'present', id: remoteId('vm-1'), inputs: { hotAdd }, outputs, status: { kind: 'running' } }) as const

  it.each([
    ['with hot-add, more', true, 1, 2, 'live'],
    ['with hot-add, fewer', true, 2, 1, 'restart'],
    ['without hot-add, more', false, 1, 2, 'restart'],
  ] as const)('%s CPUs', (_, hotAdd, before, after, effect) => {
    expect(effectOf('cpus', before, after, running(hotAdd))).toBe(effect)
  })

  it.each([
    ['within its limit and in its steps', 3, 'live'],
    ['beyond its limit', 5, 'restart'],
    ['beside its steps', 2.5, 'restart'],
  ] as const)('the memory %s', (_, gibibytes, effect) => {
    const limits = { memoryLimit: 4 * 2 ** 30, memoryStep: 2 ** 30 }
    expect(effectOf('memory', 2 ** 30, gibibytes * 2 ** 30, running(true, limits))).toBe(effect)
  })

  it('CPUs beside the cores of a socket takes a restart', () => {
    expect(effectOf('cpus', 2, 3, running(true, { coresPerSocket: 2 }))).toBe('restart')
    expect(effectOf('cpus', 2, 4, running(true, { coresPerSocket: 2 }))).toBe('live')
  })

  it('is told with a machine that runs and can grow', () => {
    const properties = new Map<string, unknown>([
      ['runtime.powerState', 'poweredOn'],
      ['config.cpuHotAddEnabled', true],
      ['config.memoryHotAddEnabled', true],
      ['config.hotPlugMemoryLimit', 4096n],
      ['config.hotPlugMemoryIncrementSize', 128n],
      ['config.hardware.numCoresPerSocket', 2],
    ])
    const machine = machineOf({ ref: machineRef('vm-1'), properties, missing: [] })
    expect(outputsOf(machine, '/')).toMatchObject({ memoryLimit: 4 * 2 ** 30, memoryStep: 2 ** 27, coresPerSocket: 2 })
  })
})
