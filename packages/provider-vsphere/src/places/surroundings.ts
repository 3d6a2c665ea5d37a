import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import type { Places } from './places.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { PlaceDefaults } from '../settings.ts'

export class Surroundings {
  readonly #client: Client
  constructor(client: Client, _settings: PlaceDefaults) {
    this.#client = client
  }
  async resolve(inputs: VmInputs, signal: AbortSignal): Promise<Places> {
    const all = new Map<string, Ref>()
    const parents = new Map<string, Ref>()
    const query = {
      of: { under: this.#client.content.rootFolder },
      properties: {
        Datacenter: ['name'],
        Folder: ['name'],
        ResourcePool: ['name', 'parent'],
        Datastore: ['name'],
        Network: ['name'],
        VirtualMachine: ['name'],
      },
    }
    for await (const { ref, properties } of this.#client.retrieve(query, { signal })) {
      all.set(`${ref.type}:${String(properties.get('name'))}`, all.get(`${ref.type}:${String(properties.get('name'))}`) ?? ref)
      const parent = properties.get('parent')
      if (isRef(parent)) parents.set(ref.value, parent)
    }
    const the = (name: string): Ref => {
      const ref = all.get(name)
      if (ref === undefined) throw new Error(`no ${name} in ${[...all.keys()].join(' ')}`)
      return ref
    }
    const dc = [...all.keys()].find((k) => k.startsWith('Datacenter:')) as string
    const ds = [...all.keys()].find((k) => k.startsWith('Datastore:')) as string
    return {
      datacenter: the(dc),
      datacenterPath: `/${dc.slice(11)}`,
      vmFolder: the('Folder:vm'),
      pool: the('ResourcePool:Resources'),
      host: null,
      datastore: { ref: the(ds), name: ds.slice(10) },
      networks: [inputs.network, ...(inputs.networks ?? [])]
        .filter((n) => n !== undefined)
        .map((name) => ({ kind: 'standard' as const, ref: the(`Network:${name}`), name })),
      template:
        inputs.template === undefined ? null : { ref: the(`VirtualMachine:${inputs.template}`), name: inputs.template, isTemplate: false },
    }
  }
}
