import { randomUUID } from 'node:crypto'
import type { PlainMap, RemoteId } from '@forgeplan/model'
import type { Subject } from '@forgeplan/sdk/conformance'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { connect, isRef } from '@forgeplan/vsphere-soap'
import { vsphere } from '../src/index.ts'

/** Where a simulated vCenter is, for tests that look behind the provider's back. */
export interface Place {
  readonly port: number
}

export const settingsOf = ({ port }: Place, over: PlainMap = { cluster: 'DC0_C0' }): PlainMap => ({
  url: `127.0.0.1:${port}`,
  username: 'user',
  password: 'pass',
  insecure: true,
  ...over,
})

export const openClient = ({ port }: Place): Promise<Client> =>
  connect({ server: `127.0.0.1:${port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })

export const machineRef = (id: string): Ref => ({ type: 'VirtualMachine', value: id })

/** A provider for the conformance suite; `inputs` are those that every machine has. */
export const subjectOf = (place: Place, otherWorld: Place, inputs: PlainMap): Subject => ({
  provider: vsphere,
  offers: ['mark', 'find', 'detach', 'preflight', 'guest'],
  settings: settingsOf(place),
  sameWorld: { ...settingsOf(place), url: `https://localhost:${place.port}/sdk` },
  otherWorld: settingsOf(otherWorld, {}),
  directory: '/',
  inputs: () => inputs,
  changed: (before) => ({
    ...before,
    notes: 'changed',
    tags: { a: 'b' },
    extraConfig: { 'guestinfo.a': 'b' },
    namePrefix: 'other',
    folder: 'elsewhere',
  }),
  world: {
    copy: {
      make: (id) => cloneOf(place, id),
      discard: (id) => withClient(place, (client) => destroy(client, id)),
    },
    writeMark: (id, raw) =>
      withClient(place, async (client) => {
        const extraConfig = [{ key: 'forge.mark', value: JSON.stringify(raw) }]
        await client.run('ReconfigVM_Task', machineRef(id), { spec: { extraConfig } })
      }),
    stop: (id) => withClient(place, async (client) => void (await client.run('PowerOffVM_Task', machineRef(id), {}))),
  },
})

const withClient = async <T>(place: Place, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = await openClient(place)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

const destroy = async (client: Client, id: string): Promise<void> => {
  await client.run('PowerOffVM_Task', machineRef(id), {}).catch(() => undefined)
  await client.run('Destroy_Task', machineRef(id), {})
}

// As a person clones a machine in the user interface: with everything that is written on it, and an identity of its own.
const cloneOf = (place: Place, id: RemoteId): Promise<RemoteId> =>
  withClient(place, async (client) => {
    const seen = await client.look(machineRef(id), ['parent', 'name', 'config.extraConfig'])
    const [folder, name, settings] = [
      seen?.properties.get('parent'),
      seen?.properties.get('name'),
      seen?.properties.get('config.extraConfig'),
    ]
    if (!isRef(folder) || !Array.isArray(settings)) throw new Error('no machine to copy')
    const config = { instanceUuid: randomUUID(), extraConfig: settings as { key: string; value: string }[] }
    const spec = { location: {}, template: false, powerOn: false, config }
    const made = await client.run('CloneVM_Task', machineRef(id), { folder, name: `${String(name)}-copy`, spec })
    if (!isRef(made)) throw new Error('no copy')
    return made.value as RemoteId
  })
