import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { isA } from '../src/index.ts'
import { all, inventory, nameOf, the, useLab } from './support/lab.ts'

describe.skipIf(!hasVcsim())('properties of many objects', () => {
  const lab = useLab(['-vm', '6'])

  it('come for every object below a container, typed', async () => {
    await using client = await lab.open()
    const properties = {
      VirtualMachine: ['name', 'runtime.powerState', 'config.hardware.device', 'config.extraConfig', 'guest.net', 'datastore'],
    }
    const machines = await all(client.retrieve({ of: { under: client.content.rootFolder }, properties }))
    expect(machines.map(nameOf).toSorted()).toEqual(
      ['DC0_H0_VM', 'DC0_C0_RP0_VM'].flatMap((name) => [0, 1, 2, 3, 4, 5].map((index) => `${name}${index}`)).toSorted(),
    )
    for (const { properties: values, missing } of machines) {
      expect(missing).toEqual([])
      expect(values.get('runtime.powerState')).toBe('poweredOn')
      const devices = values.get('config.hardware.device')
      const disks = (Array.isArray(devices) ? devices : []).filter((device: unknown) => isA(device, 'VirtualDisk'))
      expect(disks.map(({ capacityInKB }) => capacityInKB)).toEqual([10_485_760])
      expect(disks[0]?.backing?.$type).toBe('VirtualDiskFlatVer2BackingInfo')
      expect(values.get('config.extraConfig')).toContainEqual({ $type: 'OptionValue', key: 'govcsim', value: 'TRUE' })
      expect(values.get('datastore')).toEqual([{ type: 'Datastore', value: expect.any(String) as string }])
    }
  })

  it.each([1, 5, 500])('come in pages of %i, each object once', async (pageSize) => {
    await using client = await lab.open()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
    const names = (await all(client.retrieve(query, { pageSize }))).map(nameOf)
    expect(new Set(names).size).toBe(12)
    expect(names.length).toBe(12)
  })

  it('come of several types at once, and of those that derive from them', async () => {
    await using client = await lab.open()
    const types = new Set(
      [...(await inventory(client, 'Folder', 'Datastore', 'Network', 'ResourcePool')).keys()].map((key) => key.split(':')[0]),
    )
    expect(types).toEqual(new Set(['Folder', 'Datastore', 'Network', 'DistributedVirtualPortgroup', 'ResourcePool']))
  })

  it('that are not known are told for each object', async () => {
    await using client = await lab.open()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name', 'nonsense'] } }
    for (const { missing } of await all(client.retrieve(query)))
      expect(missing).toMatchObject([{ path: 'nonsense', fault: 'InvalidProperty' }])
  })

  it('of objects that are gone are left out, and the others come', async () => {
    await using client = await lab.open()
    const known = the(await inventory(client, 'VirtualMachine'), 'VirtualMachine:DC0_H0_VM0')
    const objects = [{ type: 'VirtualMachine', value: 'vm-99999' }, known]
    const seen = await all(client.retrieve({ of: { objects }, properties: { VirtualMachine: ['name'] } }))
    expect(seen.map(({ ref }) => ref)).toEqual([known])
  })

  it('of one object are a single answer', async () => {
    await using client = await lab.open()
    const vm = the(await inventory(client, 'VirtualMachine'), 'VirtualMachine:DC0_H0_VM0')
    expect((await client.look(vm, ['name']))?.properties.get('name')).toBe('DC0_H0_VM0')
    expect(await client.look({ ...vm, value: 'vm-99999' }, ['name'])).toBeNull()
  })

  it('of no objects are no call', async () => {
    await using client = await lab.open()
    expect(await all(client.retrieve({ of: { objects: [] }, properties: { VirtualMachine: ['name'] } }))).toEqual([])
  })

  it.each([
    ['expires between two pages', false],
    ['was renewed by another call between two pages', true],
  ])('are read again from the start where the session %s, without giving an object twice', async (_what, isRenewed) => {
    await using watcher = await lab.open()
    await using client = await lab.open()
    const manager = client.content.sessionManager ?? { type: '', value: '' }
    const own = (await all(client.retrieve({ of: { objects: [manager] }, properties: { SessionManager: ['currentSession'] } })))[0]
    const session = own?.properties.get('currentSession')
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
    const names: string[] = []
    for await (const seen of client.retrieve(query, { pageSize: 2 })) {
      names.push(nameOf(seen))
      if (names.length !== 3 || !isA(session, 'UserSession')) continue
      await watcher.call('TerminateSession', manager, { sessionId: [session.key] })
      if (isRenewed) await client.call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' }, {})
    }
    expect(names.length).toBe(12)
    expect(new Set(names).size).toBe(12)
  })

  it('come to one who takes longer over an object than a call may take', async () => {
    await using client = await lab.open()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['config'] } }
    const names: string[] = []
    for await (const seen of client.retrieve(query, { timeoutMs: 1_000 })) {
      if (names.length === 0) await new Promise((resolve) => setTimeout(resolve, 1_300))
      names.push(seen.ref.value)
    }
    expect(names.length).toBe(12)
  })

  it('may be left in the middle, and the client goes on', async () => {
    await using client = await lab.open()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
    for await (const seen of client.retrieve(query, { pageSize: 2 })) {
      expect(seen.missing).toEqual([])
      break
    }
    expect((await all(client.retrieve(query))).length).toBe(12)
  })

  it('leave nothing on the signal, whether they are read to the end, looked at, or left in the middle', async () => {
    await using client = await lab.open()
    const { signal } = new AbortController()
    const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
    await all(client.retrieve(query, { signal }))
    await client.look(client.content.rootFolder, ['name'], { signal })
    for await (const seen of client.retrieve(query, { signal, pageSize: 2 })) if (seen.ref.type === 'VirtualMachine') break
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
