import type { Client } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { Given, MadeState } from '../owner.ts'
import type { Atlas } from '../places/atlas.ts'
import { folderWords } from '../places/folder-words.ts'
import { decodeName } from '../places/naming.ts'
import { readDetails } from './details.ts'
import type { Details } from './details.ts'
import { adaptersIn, networksIn } from './devices/adapters.ts'
import { isoIn } from './devices/cdroms.ts'
import type { Sight } from './sight.ts'

/** A machine with what is remembered of it, and its details where they had to be read for that. */
export type Adopted = Sight & { readonly state: MadeState }

interface Tools {
  readonly client: Client
  readonly atlas: Atlas
}

/**
 * What will be remembered of a machine that somebody else made, when it is taken in: it belongs where it stands, with the
 * networks and the image that it has. Its disks have no names by which a configuration could mean them.
 */
export const adopted = async (tools: Tools, sight: Sight, signal: AbortSignal): Promise<Adopted> => {
  const { machine } = sight
  if (machine.state !== null) return { ...sight, state: machine.state }
  const details = sight.details ?? (await readDetails(tools.client, [machine.ref], { signal })).get(machine.ref.value)
  const networks = details === undefined ? [] : await networksOf(tools, details, signal)
  const iso = details === undefined ? null : isoIn(details.devices, null)
  const state: MadeState = {
    power: machine.isOn ? 'on' : 'off',
    folder: [await wordsOf(tools, sight, signal), machine.parent?.value ?? ''],
    leaving: null,
    networks,
    onlyNetwork: networks.length === 1 ? (machine.networks[0] ?? null) : null,
    iso: iso === null ? null : [iso, iso],
    data: null,
    disks: {},
    keys: [],
    tags: {},
  }
  return { ...sight, details, machine: { ...machine, state }, state }
}

const wordsOf = async ({ atlas }: Tools, { machine, folder }: Sight, signal: AbortSignal): Promise<string> =>
  machine.parent === null ? folder : folderWords(await atlas.catalogue(signal), folder)

const networksOf = async ({ client }: Tools, { devices }: Details, signal: AbortSignal): Promise<readonly Given[]> => {
  const backings = adaptersIn(devices).map(({ backing }) => backing)
  const networks: Given[] = []
  for (const [index, key] of networksIn(devices).entries()) {
    // A distributed port group stands there as its reference; people know its name.
    const isGroup = isA(backings[index], 'VirtualEthernetCardDistributedVirtualPortBackingInfo')
    const group = isGroup ? await client.look({ type: 'DistributedVirtualPortgroup', value: key }, ['name'], { signal }) : null
    const name = group?.properties.get('name')
    networks.push([typeof name === 'string' ? decodeName(name) : key, key])
  }
  return networks
}
