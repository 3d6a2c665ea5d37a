import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { bytesSource, connect, isRef } from '@forgeplan/vsphere-soap'
import type { VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import { startVcsim } from './vcsim.ts'

/** A simulated vCenter, and a person who works in it by hand. */
export interface Vcenter extends AsyncDisposable {
  readonly port: number
  /** SHA-256 of its certificate, as a configuration has it. */
  readonly thumbprint: string
  readonly client: Client
  machines(): Promise<readonly Standing[]>
  /** The names of all folders. */
  folders(): Promise<readonly string[]>
  machine(name: string): Promise<Standing>
  powerOff(name: string): Promise<void>
  remove(name: string): Promise<void>
  move(name: string, folder: string): Promise<void>
  reconfigure(name: string, spec: VirtualMachineConfigSpec): Promise<void>
  /** A machine cloned from DC0_H0_VM0 into a folder below the datacenter's, which is made if it is missing. */
  clone(name: string, folder: string, config: VirtualMachineConfigSpec): Promise<void>
  /** A file in the datastore LocalDS_0. */
  upload(path: string): Promise<void>
  /** What is in a folder of that datastore, `''` for the top. */
  files(folder: string): Promise<readonly string[]>
}

/** A machine as a person sees it. */
export interface Standing {
  readonly ref: Ref
  readonly name: string
  readonly folder: string
  readonly cpus: number
  readonly isOn: boolean
  readonly notes: string
}

/** Starts one with a machine in a cluster and one on a host alone. @throws Error where it does not start. */
export const makeVcenter = async (flags: readonly string[] = ['-vm', '1']): Promise<Vcenter> => {
  const vcsim = await startVcsim(flags)
  const client = await connect({ server: `127.0.0.1:${vcsim.port}`, user: 'user', password: 'pass', trust: { kind: 'none' } })
  const machine = async (name: string): Promise<Standing> => {
    const found = (await machinesOf(client)).find((each) => each.name === name)
    if (found === undefined) throw new Error(`There is no machine ${name}`)
    return found
  }
  const end = async (): Promise<void> => {
    await client.close()
    await vcsim[Symbol.asyncDispose]()
  }
  return {
    port: vcsim.port,
    thumbprint: await thumbprintOf(vcsim.port),
    client,
    machine,
    machines: () => machinesOf(client),
    folders: async () => [...(await foldersOf(client)).values()].toSorted(),
    powerOff: async (name) => void (await client.run('PowerOffVM_Task', (await machine(name)).ref, {})),
    remove: async (name) => {
      const { ref, isOn } = await machine(name)
      if (isOn) await client.run('PowerOffVM_Task', ref, {})
      await client.run('Destroy_Task', ref, {})
    },
    move: async (name, folder) => {
      await client.run('MoveIntoFolder_Task', await folderNamed(client, folder), { list: [(await machine(name)).ref] })
    },
    reconfigure: async (name, spec) => void (await client.run('ReconfigVM_Task', (await machine(name)).ref, { spec })),
    clone: async (name, folder, config) => {
      const spec = { location: {}, template: false, powerOn: true, config }
      const source = (await machine('DC0_H0_VM0')).ref
      const made = await client.run('CloneVM_Task', source, { folder: await folderNamed(client, folder), name, spec })
      // The simulator drops the notes of a clone.
      if (isRef(made) && config.annotation !== undefined)
        await client.run('ReconfigVM_Task', made, { spec: { annotation: config.annotation } })
    },
    upload: async (path) => {
      await client.datastores.upload({ datacenter: 'DC0', datastore: 'LocalDS_0', path }, bytesSource(new Uint8Array(2048)))
    },
    files: async (folder) => {
      const found = await client.datastores.search(await datastoreOf(client), `[LocalDS_0] ${folder}`, ['*'])
      return (found ?? []).map(({ path }) => path).toSorted()
    },
    [Symbol.asyncDispose]: end,
  }
}

const thumbprintOf = async (port: number): Promise<string> => {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return `sha256:${fingerprint256}`
}

const foldersOf = async ({ content, retrieve }: Client): Promise<ReadonlyMap<string, string>> => {
  const folders = new Map<string, string>()
  for await (const { ref, properties } of retrieve({ of: { under: content.rootFolder }, properties: { Folder: ['name'] } }))
    folders.set(ref.value, String(properties.get('name')))
  return folders
}

const folderNamed = async (client: Client, name: string): Promise<Ref> => {
  const folders = await foldersOf(client)
  const known = [...folders].find(([, each]) => each === name)
  if (known !== undefined) return { type: 'Folder', value: known[0] }
  return client.call('CreateFolder', await folderNamed(client, 'vm'), { name })
}

const datastoreOf = async ({ content, retrieve }: Client): Promise<Ref> => {
  for await (const { ref, properties } of retrieve({ of: { under: content.rootFolder }, properties: { Datastore: ['name'] } }))
    if (properties.get('name') === 'LocalDS_0') return ref
  throw new Error('There is no datastore LocalDS_0')
}

const paths = ['name', 'parent', 'runtime.powerState', 'config.hardware.numCPU', 'config.annotation'] as const

const machinesOf = async (client: Client): Promise<readonly Standing[]> => {
  const folders = await foldersOf(client)
  const machines: Standing[] = []
  const query = { of: { under: client.content.rootFolder }, properties: { VirtualMachine: [...paths] } }
  for await (const { ref, properties } of client.retrieve(query)) {
    const parent = properties.get('parent')
    machines.push({
      ref,
      name: String(properties.get('name')),
      folder: (isRef(parent) ? folders.get(parent.value) : undefined) ?? '',
      cpus: Number(properties.get('config.hardware.numCPU')),
      isOn: properties.get('runtime.powerState') === 'poweredOn',
      notes: String(properties.get('config.annotation') ?? ''),
    })
  }
  return machines.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
