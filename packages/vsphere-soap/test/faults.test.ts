import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { makeAuthority } from '../../../test/support/certificate.ts'
import type { Meddling, SoapProxy } from '../../../test/support/soap-proxy.ts'
import { startProxy } from '../../../test/support/soap-proxy.ts'
import type { Vcsim } from '../../../test/support/vcsim.ts'
import { startVcsim } from '../../../test/support/vcsim.ts'
import type { Client, Ref } from '../src/index.ts'
import { bytesSource, connect, isA } from '../src/index.ts'
import { all, inventory, nameOf, the } from './support/lab.ts'

const authority = makeAuthority()
const identity = authority.issue('127.0.0.1')
const pass: Meddling = { kind: 'pass' }

describe.skipIf(!hasVcsim())('on a bad line', () => {
  let vcsim: Vcsim
  beforeAll(async () => {
    vcsim = await startVcsim(['-vm', '3', '-cluster', '0', '-autostart=false'])
  })
  afterAll(async () => {
    await vcsim[Symbol.asyncDispose]()
  })

  const through = async (
    meddle: (method: string, before: number) => Meddling,
    test: (client: Client, proxy: SoapProxy) => Promise<void>,
  ): Promise<void> => {
    await using proxy = await startProxy(identity, vcsim.port, meddle)
    await using client = await connect({
      server: `127.0.0.1:${proxy.port}`,
      user: 'user',
      password: 'pass',
      trust: { kind: 'ca', pem: authority.cert },
    })
    await test(client, proxy)
  }
  const first = (method: string, kind: Meddling) => (called: string, before: number) => (called === method && before === 0 ? kind : pass)
  const machines = async (client: Client): Promise<readonly [Ref, Ref]> => {
    const seen = await inventory(client, 'VirtualMachine')
    return [the(seen, 'VirtualMachine:DC0_H0_VM0'), the(seen, 'VirtualMachine:DC0_H0_VM1')]
  }
  const folders = async (client: Client): Promise<readonly string[]> => [...(await inventory(client, 'Folder')).keys()]

  it('a call that changes something is made once, and tells that it may have been done', async () => {
    await through(first('CreateFolder', { kind: 'cut-after' }), async (client, proxy) => {
      const create = client.call('CreateFolder', client.content.rootFolder, { name: 'cut-after' })
      await expect(create).rejects.toMatchObject({ kind: 'lost', mayHaveRun: true })
      expect(proxy.calls.filter((each) => each === 'CreateFolder').length).toBe(1)
      expect(await folders(client)).toContain('Folder:cut-after')
    })
    await through(first('CreateFolder', { kind: 'cut-before' }), async (client) => {
      const create = client.call('CreateFolder', client.content.rootFolder, { name: 'cut-before' })
      await expect(create).rejects.toMatchObject({ kind: 'lost', mayHaveRun: true })
      expect(await folders(client)).not.toContain('Folder:cut-before')
    })
  })

  it.each<Meddling>([{ kind: 'cut-before' }, { kind: 'cut-after' }, { kind: 'truncate' }])(
    'a call that reads is made again: %o',
    async (kind) => {
      const args = { inventoryPath: '/DC0/vm' }
      await through(first('FindByInventoryPath', kind), async (client, proxy) => {
        const index = client.content.searchIndex ?? { type: '', value: '' }
        expect(await client.call('FindByInventoryPath', index, args)).toMatchObject({ type: 'Folder' })
        expect(proxy.calls.filter((each) => each === 'FindByInventoryPath').length).toBe(2)
      })
    },
  )

  it.each<readonly [string, Meddling]>([
    ['CreateContainerView', { kind: 'cut-after' }],
    ['RetrievePropertiesEx', { kind: 'cut-after' }],
    ['RetrievePropertiesEx', { kind: 'truncate' }],
    ['ContinueRetrievePropertiesEx', { kind: 'truncate' }],
    ['DestroyView', { kind: 'cut-before' }],
  ])('an inventory is read to its end although %s meets %o', async (method, kind) => {
    await through(first(method, kind), async (client, proxy) => {
      const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name', 'config'] } }
      const names = (await all(client.retrieve(query, { pageSize: 2 }))).map(nameOf)
      expect(names.toSorted()).toEqual(['DC0_H0_VM0', 'DC0_H0_VM1', 'DC0_H0_VM2'])
      expect(proxy.calls).toContain(method)
    })
  })

  it('an inventory that cannot be read is an error and never an empty one', async () => {
    for (const kind of [{ kind: 'cut-before' }, { kind: 'truncate' }, { kind: 'status', status: 503 }] as const) {
      await through(
        (method) => (method === 'RetrievePropertiesEx' ? kind : pass),
        async (client) => {
          const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: ['name'] } }
          await expect(all(client.retrieve(query))).rejects.toMatchObject({ name: 'VsphereError' })
        },
      )
    }
  })

  it.each<readonly [string, Meddling]>([
    ['CreateListView', { kind: 'cut-after' }],
    ['CreatePropertyCollector', { kind: 'status', status: 503 }],
    ['CreateFilter', { kind: 'cut-before' }],
    ['ModifyListView', { kind: 'cut-after' }],
    ['ModifyListView', { kind: 'status', status: 503 }],
    ['WaitForUpdatesEx', { kind: 'cut-before' }],
    ['WaitForUpdatesEx', { kind: 'cut-after' }],
    ['WaitForUpdatesEx', { kind: 'truncate' }],
    ['WaitForUpdatesEx', { kind: 'status', status: 503 }],
    ['WaitForUpdatesEx', { kind: 'delay', ms: 300 }],
    ['WaitForUpdatesEx', { kind: 'status', status: 200 }],
    ['WaitForUpdatesEx', { kind: 'fault', fault: 'SystemError' }],
    ['CreateListView', { kind: 'fault', fault: 'NoPermission' }],
    ['CreatePropertyCollector', { kind: 'fault', fault: 'RuntimeFault' }],
  ])('a task is waited for to its end although %s meets %o', async (method, kind) => {
    await through(first(method, kind), async (client) => {
      const [vm] = await machines(client)
      await client.run('PowerOnVM_Task', vm, {})
      await client.run('PowerOffVM_Task', vm, {})
    })
  })

  it('a task is heard of although the poll that should tell of it is never answered', async () => {
    await through(first('WaitForUpdatesEx', { kind: 'hold' }), async (client, proxy) => {
      const [vm] = await machines(client)
      await client.run('PowerOnVM_Task', vm, {})
      await client.run('PowerOffVM_Task', vm, {})
      // It is not listened to any longer.
      expect(proxy.calls.filter((each) => each === 'CreateListView').length).toBe(2)
    })
  })

  it('tasks are heard of although neither the poll nor what adds to its list is ever answered', async () => {
    const stuck = (method: string, before: number): Meddling => {
      if (method === 'WaitForUpdatesEx') return before === 0 ? { kind: 'hold' } : pass
      return method === 'ModifyListView' && before === 1 ? { kind: 'hold' } : pass
    }
    await through(stuck, async (client, proxy) => {
      const [one, other] = await machines(client)
      const waits = [client.run('PowerOnVM_Task', one, {})]
      while (!proxy.calls.includes('WaitForUpdatesEx')) await delay(10)
      waits.push(client.run('PowerOnVM_Task', other, {}))
      await Promise.all(waits)
      await Promise.all([one, other].map((vm) => client.run('PowerOffVM_Task', vm, {})))
      expect(proxy.calls.filter((each) => each === 'CreateListView').length).toBe(2)
    })
  })

  it('a task is waited for although no poll is let through and it takes long to ask for it', async () => {
    let isBad = false
    const bad = (method: string): Meddling => {
      if (!isBad) return pass
      if (method === 'WaitForUpdatesEx') return { kind: 'status', status: 503 }
      return method === 'RetrievePropertiesEx' ? { kind: 'delay', ms: 2_000 } : pass
    }
    await through(bad, async (client) => {
      const [vm] = await machines(client)
      isBad = true
      await client.run('PowerOnVM_Task', vm, {})
      await client.run('PowerOffVM_Task', vm, {})
    })
  })

  it('what was made for a watch that is given up is taken away from the server', async () => {
    await through(first('WaitForUpdatesEx', { kind: 'status', status: 503 }), async (client, proxy) => {
      const [vm] = await machines(client)
      await client.run('PowerOnVM_Task', vm, {})
      await client.run('PowerOffVM_Task', vm, {})
      for (const method of ['DestroyPropertyCollector', 'DestroyView']) expect(proxy.calls).toContain(method)
    })
    await through(first('CreatePropertyCollector', { kind: 'status', status: 503 }), async (client, proxy) => {
      const [vm] = await machines(client)
      const before = proxy.calls.length
      await client.run('PowerOnVM_Task', vm, {})
      await client.run('PowerOffVM_Task', vm, {})
      expect(proxy.calls.slice(before)).toContain('DestroyView')
    })
  })

  it('a watch whose list cannot be changed is not opened again and again without a pause', async () => {
    await through(
      (method) => (method === 'ModifyListView' ? { kind: 'status', status: 503 } : pass),
      async (client, proxy) => {
        const [vm] = await machines(client)
        await client.run('PowerOnVM_Task', vm, {})
        await client.run('PowerOffVM_Task', vm, {})
        expect(proxy.calls.filter((each) => each === 'CreateListView').length).toBeLessThan(30)
      },
    )
  })

  it('a wait on a line that stays bad ends with its error', async () => {
    let isBad = false
    await through(
      (method) => (isBad && ['WaitForUpdatesEx', 'RetrievePropertiesEx'].includes(method) ? { kind: 'status', status: 503 } : pass),
      async (client) => {
        const [vm] = await machines(client)
        isBad = true
        await expect(client.run('PowerOnVM_Task', vm, {})).rejects.toMatchObject({ kind: 'http', mayHaveRun: true })
      },
    )
  })

  it.each(['ManagedObjectNotFound', 'SystemError'])(
    'a wait for which the server has nothing but %s is lost, and that is no fault of the task',
    async (fault) => {
      let isBad = false
      await through(
        (method) => (isBad && ['WaitForUpdatesEx', 'RetrievePropertiesEx'].includes(method) ? { kind: 'fault', fault } : pass),
        async (client) => {
          const [vm] = await machines(client)
          isBad = true
          await expect(client.run('PowerOnVM_Task', vm, {})).rejects.toMatchObject({ kind: 'lost', mayHaveRun: true })
        },
      )
    },
  )

  it('an upload whose session has expired is begun again', async () => {
    await through(first('PUT /folder', { kind: 'status', status: 401 }), async (client, proxy) => {
      const file = { datacenter: 'DC0', datastore: 'LocalDS_0', path: 'again' }
      expect((await client.datastores.upload(file, bytesSource(Buffer.from('12345')))).bytes).toBe(5)
      expect(proxy.calls.filter((each) => each === 'Login' || each === 'PUT /folder')).toEqual([
        'Login',
        'PUT /folder',
        'Login',
        'PUT /folder',
      ])
      expect(Buffer.concat(await all(client.datastores.download(file))).toString()).toBe('12345')
    })
  })

  it('an upload whose connection ends is an error', async () => {
    await through(first('PUT /folder', { kind: 'cut-after' }), async (client) => {
      const upload = client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path: 'cut' }, bytesSource(Buffer.from('12345')))
      await expect(upload).rejects.toMatchObject({ kind: 'lost', mayHaveRun: true })
    })
  })

  it('a login whose answer is cut off leaves no session', async () => {
    await using watcher = await connect({ server: `127.0.0.1:${vcsim.port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
    const manager = watcher.content.sessionManager ?? { type: '', value: '' }
    const sessions = async (): Promise<number> => {
      const [seen] = await all(watcher.retrieve({ of: { objects: [manager] }, properties: { SessionManager: ['sessionList'] } }))
      const list = seen?.properties.get('sessionList')
      return (Array.isArray(list) ? list : []).filter((each: unknown) => isA(each, 'UserSession')).length
    }
    const before = await sessions()
    await expect(through(first('Login', { kind: 'truncate' }), async () => undefined)).rejects.toMatchObject({ kind: 'lost' })
    expect(await sessions()).toBe(before)
  })
})
