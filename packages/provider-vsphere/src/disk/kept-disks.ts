import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { Atlas } from '../places/atlas.ts'
import { placesProblem } from '../places/problem-text.ts'
import { datacenterOf } from '../places/resolve.ts'
import { namedDatastore } from '../places/storage.ts'
import type { VsphereSettings } from '../settings.ts'
import { DatastoreFolder } from '../files/datastore-folder.ts'
import { DiskFolder } from './disk-folder.ts'

/** The kept disks of a session. */
export class KeptDisks {
  readonly #client: Client
  readonly #atlas: Atlas
  readonly #settings: VsphereSettings
  #folder: DiskFolder | null = null

  constructor(client: Client, atlas: Atlas, settings: VsphereSettings) {
    this.#client = client
    this.#atlas = atlas
    this.#settings = settings
  }

  /** Where they lie; null where the settings do not say. @throws ProviderError where the datastore is not there. */
  async folder(signal: AbortSignal): Promise<DiskFolder | null> {
    const [, name, folder] = /^\[([^\]]+)\] ?(.+)$/.exec(this.#settings.diskFolder ?? '') ?? []
    if (name === undefined || folder === undefined) return null
    if (this.#folder !== null) return this.#folder
    const room = datacenterOf(await this.#atlas.catalogue(signal), { ...this.#settings, networks: [] })
    if (!room.ok) throw placesProblem(room.problems)
    const { ref: datacenter, path } = room.value
    const datastore = namedDatastore(room.value, `the datacenter ${room.value.name}`, name)
    if (!datastore.ok) throw placesProblem(datastore.problems)
    const place = { datacenter, datacenterPath: path.replace(/^\//, ''), datastore: datastore.value, folder }
    this.#folder = new DiskFolder(new DatastoreFolder(this.#client, place))
    return this.#folder
  }

  /** The files of a machine's disks, by the disk's name. @throws ProviderError where there is no place for them. */
  async of({ parts = [] }: Target, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const folder = await this.folder(signal)
    if (folder === null) throw new ProviderError('invalid', 'There is no place for kept disks: set diskFolder in the provider.')
    return new Map(parts.map(({ address, uid }) => [address.slice(address.lastIndexOf('/') + 1), folder.file(uid)]))
  }

  async holds(file: string, signal: AbortSignal): Promise<boolean> {
    return (await this.folder(signal))?.holds(file) === true
  }
}
