import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Client, Ref } from '../src/index.ts'
import { isA, isRef } from '../src/index.ts'
import type { VirtualMachineConfigSpec } from '../src/vim/types.ts'
import { all, inventory, the, useLab } from './support/lab.ts'

const diskless = (name: string): VirtualMachineConfigSpec => ({
  name,
  guestId: 'otherGuest64',
  numCPUs: 2,
  memoryMB: 64,
  instanceUuid: '6b0ba2c4-5f5e-5f3c-8f3d-0f2c5a3f1e11',
  files: { vmPathName: '[LocalDS_0]' },
  extraConfig: [{ key: 'forge.uid', value: 'u-1' }],
})

const place = async (client: Client): Promise<{ readonly folder: Ref; readonly pool: Ref }> => {
  const objects = await inventory(client, 'Folder', 'ResourcePool')
  return { folder: the(objects, 'Folder:vm'), pool: the(objects, 'ResourcePool:Resources') }
}

const created = (result: unknown): Ref => {
  if (isRef(result)) return result
  throw new Error(`a task without a machine: ${JSON.stringify(result)}`)
}

describe.skipIf(!hasVcsim())('tasks', () => {
  const lab = useLab(['-vm', '0', '-cluster', '0'])

  it('make a machine, change it, start it, stop it and remove it', async () => {
    await using client = await lab.open()
    const { folder, pool } = await place(client)
    const vm = created(await client.run('CreateVM_Task', folder, { config: diskless('one'), pool }))
    const spec: VirtualMachineConfigSpec = {
      annotation: 'hello & <goodbye>',
      deviceChange: [
        { operation: 'add', device: { $type: 'ParaVirtualSCSIController', key: -1, busNumber: 0, sharedBus: 'noSharing' } },
        {
          operation: 'add',
          fileOperation: 'create',
          device: {
            $type: 'VirtualDisk',
            key: -2,
            controllerKey: -1,
            unitNumber: 0,
            capacityInKB: 1024,
            backing: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '', diskMode: 'persistent', thinProvisioned: true },
          },
        },
        {
          operation: 'add',
          device: {
            $type: 'VirtualVmxnet3',
            key: -3,
            addressType: 'assigned',
            backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: 'VM Network' },
          },
        },
      ],
    }
    expect(await client.run('ReconfigVM_Task', vm, { spec })).toBeUndefined()
    await client.run('PowerOnVM_Task', vm, {})
    const properties = {
      VirtualMachine: ['config.annotation', 'config.instanceUuid', 'config.hardware.device', 'runtime.powerState', 'config.extraConfig'],
    }
    const [seen] = await all(client.retrieve({ of: { objects: [vm] }, properties }))
    expect(seen?.properties.get('config.annotation')).toBe('hello & <goodbye>')
    expect(seen?.properties.get('config.instanceUuid')).toBe('6b0ba2c4-5f5e-5f3c-8f3d-0f2c5a3f1e11')
    expect(seen?.properties.get('runtime.powerState')).toBe('poweredOn')
    expect(seen?.properties.get('config.extraConfig')).toContainEqual({ $type: 'OptionValue', key: 'forge.uid', value: 'u-1' })
    const devices = seen?.properties.get('config.hardware.device')
    const kinds = (Array.isArray(devices) ? devices : []).flatMap((each: unknown) => (isA(each, 'VirtualDevice') ? each.$type : []))
    expect(kinds).toEqual(expect.arrayContaining(['ParaVirtualSCSIController', 'VirtualDisk', 'VirtualVmxnet3']))
    await client.run('PowerOffVM_Task', vm, {})
    await client.run('Destroy_Task', vm, {})
    expect(await all(client.retrieve({ of: { objects: [vm] }, properties }))).toEqual([])
  })

  it('that fail throw their fault with its type and its fields', async () => {
    await using client = await lab.open()
    const { folder, pool } = await place(client)
    const vm = created(await client.run('CreateVM_Task', folder, { config: diskless('two'), pool }))
    await expect(client.run('PowerOffVM_Task', vm, {})).rejects.toMatchObject({
      kind: 'fault',
      fault: 'InvalidPowerState',
      detail: { $type: 'InvalidPowerState', requestedState: 'poweredOff', existingState: 'poweredOff' },
    })
    await client.run('Destroy_Task', vm, {})
    await expect(client.run('PowerOnVM_Task', vm, {})).rejects.toMatchObject({ fault: 'ManagedObjectNotFound', detail: { obj: vm } })
  })

  it('the server does not know are an error and no wait', async () => {
    await using client = await lab.open()
    await expect(client.wait({ type: 'Task', value: 'task-99999' })).rejects.toMatchObject({ fault: 'ManagedObjectNotFound' })
  })

  it('are waited for after their end, too, and by many at once', async () => {
    await using client = await lab.open()
    const { folder, pool } = await place(client)
    const task = await client.call('CreateVM_Task', folder, { config: diskless('three'), pool })
    const [first, second] = await Promise.all([client.wait(task), client.wait(task)])
    expect(first).toEqual(second)
    expect(await client.wait(task)).toEqual(first)
  })
})

describe.skipIf(!hasVcsim())('tasks that take their time', () => {
  const lab = useLab(['-vm', '1', '-cluster', '0', '-autostart=false', '-method-delay', 'CloneVm:400,LockHandoff:0'])
  const clone = (client: Client, vm: Ref, folder: Ref, pool: Ref, name: string) =>
    client.call('CloneVM_Task', vm, { folder, name, spec: { location: { pool }, powerOn: false, template: false } })
  const start = async (client: Client, count: number, name: string): Promise<readonly Ref[]> => {
    const { folder, pool } = await place(client)
    const vm = the(await inventory(client, 'VirtualMachine'), 'VirtualMachine:DC0_H0_VM0')
    return Promise.all(Array.from({ length: count }, (_, index) => clone(client, vm, folder, pool, `${name}-${index}`)))
  }

  it('are waited for together', async () => {
    await using client = await lab.open()
    const tasks = await start(client, 32, 'many')
    const machines = await Promise.all(tasks.map((task) => client.wait(task)))
    expect(new Set(machines.map((each) => created(each).value)).size).toBe(32)
  })

  it('that begin while others are waited for are waited for as well', async () => {
    await using client = await lab.open()
    const waits: Promise<unknown>[] = []
    for (let round = 0; round < 4; round += 1) {
      for (const task of await start(client, 2, `later-${round}`)) waits.push(client.wait(task))
      await client.call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' }, {})
    }
    expect(new Set((await Promise.all(waits)).map((each) => created(each).value)).size).toBe(8)
  })

  it('go on when nobody waits for them any more', async () => {
    await using client = await lab.open()
    const [task] = await start(client, 1, 'alone')
    if (task === undefined) throw new Error('no task')
    const stop = new AbortController()
    const wait = client.wait(task, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(wait).rejects.toThrow('enough')
    await expect(client.wait(task, { timeoutMs: 1 })).rejects.toMatchObject({ kind: 'timeout' })
    expect(created(await client.wait(task)).type).toBe('VirtualMachine')
  })

  it('are heard of although the wait for those before them was given up', async () => {
    await using client = await lab.open()
    const { folder, pool } = await place(client)
    const vm = created(await client.run('CreateVM_Task', folder, { config: diskless('quick'), pool }))
    const [task] = await start(client, 1, 'given-up')
    if (task === undefined) throw new Error('no task')
    const stop = new AbortController()
    const wait = client.wait(task, { signal: stop.signal })
    await delay(150)
    stop.abort(new Error('enough'))
    await expect(wait).rejects.toThrow('enough')
    // Each ends so soon that all news of it come at once.
    for (let round = 0; round < 20; round += 1) {
      await client.run('ReconfigVM_Task', vm, { spec: { annotation: `round ${round}` } }, { timeoutMs: 10_000 })
    }
  })

  it('are found again after the session has expired', async () => {
    await using watcher = await lab.open()
    await using client = await lab.open()
    const manager = client.content.sessionManager ?? { type: '', value: '' }
    const [own] = await all(client.retrieve({ of: { objects: [manager] }, properties: { SessionManager: ['currentSession'] } }))
    const session = own?.properties.get('currentSession')
    const tasks = await start(client, 4, 'expiring')
    const waits = Promise.all(tasks.map((task) => client.wait(task)))
    if (isA(session, 'UserSession')) await watcher.call('TerminateSession', manager, { sessionId: [session.key] })
    expect((await waits).map((each) => created(each).type)).toEqual(Array.from({ length: 4 }, () => 'VirtualMachine'))
  })

  it('do not keep the client from being closed', async () => {
    const client = await lab.open()
    const waits = (await start(client, 2, 'closed')).map((task) => client.wait(task).catch((error: unknown) => error))
    await client.close()
    for (const error of await Promise.all(waits)) expect(error).toMatchObject({ name: 'VsphereError' })
  })
})
