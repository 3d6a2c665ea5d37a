import type { Client, Seen } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import { parseIso } from '../places/iso-path.ts'
import { decodeName } from '../places/naming.ts'
import { isosIn } from '../vm/devices/cdroms.ts'
import type { Kept } from './claim.ts'
import { isImageName } from './image-type.ts'
import type { ShelfPlace } from './shelf.ts'

/** Whose CD-ROM names a file: names of machines, and of those whose devices cannot be told, which may. */
export type Users = (place: ShelfPlace, file: Pick<Kept, 'folder' | 'name'>) => readonly string[]

/** Every machine that this login sees, whoever made it. @throws VsphereError; the signal's reason. */
export const usersIn = async (client: Client, signal: AbortSignal): Promise<Users> => {
  const users = new Map<string, string[]>()
  const doubtful: string[] = []
  const query = {
    of: { under: client.content.rootFolder },
    properties: { VirtualMachine: ['name', 'config.hardware.device', 'runtime.connectionState'] },
  }
  for await (const seen of client.retrieve(query, { signal, pageSize: 500 })) {
    const name = decodeName(String(seen.properties.get('name') ?? seen.ref.value))
    if (isDoubtful(seen)) doubtful.push(`${name} (unreadable)`)
    for (const key of keysIn(seen)) users.set(key, [...(users.get(key) ?? []), name])
  }
  return ({ datastore }, { folder, name }) => {
    const keys = [datastore.name, datastore.ref.value].map((store) => keyFor(store, folder, name))
    return [...new Set([...keys.flatMap((key) => users.get(key) ?? []), ...doubtful])].toSorted()
  }
}

// One that is being made has no devices yet, which is no secret.
const isDoubtful = ({ properties, missing }: Seen): boolean =>
  missing.some(({ path }) => path === 'config.hardware.device') ||
  (!properties.has('config.hardware.device') && properties.get('runtime.connectionState') !== 'connected')

// By the datastore's name and by its reference: a name may be another's, or have been changed, and one that stays too long does no harm.
const keysIn = ({ properties }: Seen): readonly string[] => {
  const devices = (properties.get('config.hardware.device') ?? []) as readonly AnyVirtualDevice[]
  const keys = isosIn(devices.filter((each) => isA(each, 'VirtualDevice'))).flatMap(({ fileName, datastore }) => {
    const iso = parseIso(fileName)
    if (iso === null || !isImageName(iso.file)) return []
    const stores = [...(iso.datastore === null ? [] : [iso.datastore]), ...(datastore === undefined ? [] : [datastore.value])]
    return stores.map((store) => keyFor(store, iso.folder, iso.file))
  })
  return [...new Set(keys)]
}

const keyFor = (store: string, folder: string, file: string): string =>
  JSON.stringify([store, folder.split('/').filter((each) => each !== ''), file])
