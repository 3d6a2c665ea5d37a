import { ProviderError } from '@forgeplan/sdk'
import type { Target } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { RemoteId } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Atlas } from '../places/atlas.ts'
import type { Datacenter, DatastoreEntry } from '../places/catalogue.ts'
import type { Choice } from '../places/choose.ts'
import { placesProblem } from '../places/problem-text.ts'
import { datacenterOf } from '../places/resolve.ts'
import { usableDatastore } from '../places/storage.ts'
import type { PlaceDefaults } from '../settings.ts'
import type { VsphereImageInputs } from './image-type.ts'
import { Shelf } from './shelf.ts'

/** What names a datastore. */
export type Named = Pick<VsphereImageInputs, 'datastore' | 'datacenter'>

/** An image by its note: the datastore's reference, which keeps when it is renamed, and the uid. */
export const imageId = ({ place }: Shelf, uid: string): RemoteId => remoteId(`${place.datastore.ref.value}/${uid}`)

/** The uid of an image's note. */
export const uidIn = (id: string): string => id.slice(id.indexOf('/') + 1)

/** Why nothing can be told of an image. */
export const unreachable = 'The datastore of the image cannot be reached, or this login does not see it.'

/** The datastores of a session that images lie in. */
export class Shelves {
  readonly #client: Client
  readonly #atlas: Atlas
  readonly #defaults: PlaceDefaults
  // Those that were met; a note is looked for here where nothing says in which it lies.
  readonly #known = new Map<string, Shelf>()

  constructor(client: Client, atlas: Atlas, defaults: PlaceDefaults) {
    this.#client = client
    this.#atlas = atlas
    this.#defaults = defaults
  }

  /** The datastore of that name, and why it cannot be used. @throws VsphereError; the signal's reason. */
  async choose({ datastore, datacenter }: Named, signal: AbortSignal): Promise<Choice<Shelf>> {
    const given = datacenter ?? this.#defaults.datacenter
    const placement = { ...(given === undefined ? {} : { datacenter: given }), datastore, networks: [] }
    const room = datacenterOf(await this.#atlas.catalogue(signal), placement)
    if (!room.ok) return room
    const found = usableDatastore(room.value, `the datacenter ${room.value.name}`, datastore)
    return found.ok ? { ok: true, value: this.#shelf(room.value, found.value) } : found
  }

  /** @throws ProviderError `invalid` where it cannot be used; VsphereError; the signal's reason. */
  async at(named: Named, signal: AbortSignal): Promise<Shelf> {
    const choice = await this.choose(named, signal)
    if (choice.ok) return choice.value
    // It may be there by the time that somebody asks again.
    this.#atlas.forget()
    throw placesProblem(choice.problems)
  }

  /** The datastore that an image's id or handle names; null where it cannot be reached or is not there. @throws VsphereError; the signal's reason. */
  async named(id: string, signal: AbortSignal): Promise<Shelf | null> {
    const value = id.slice(0, id.indexOf('/'))
    const known = this.#known.get(value)
    if (known !== undefined) return known
    for (const room of (await this.#atlas.catalogue(signal)).datacenters) {
      const entry = room.datastores.find(({ ref }) => ref.value === value)
      if (entry?.trouble === null) return this.#shelf(room, entry)
    }
    return null
  }

  /** Where a target's note lies, or shall lie; null where nobody knows of any. @throws ProviderError where it cannot be read. */
  async of({ id, handle, uid }: Pick<Target, 'id' | 'handle' | 'uid'>, signal: AbortSignal): Promise<Shelf | null> {
    const given = id ?? handle
    if (given !== null) {
      const shelf = await this.named(given, signal)
      if (shelf === null) throw new ProviderError('transient', unreachable)
      return shelf
    }
    for (const shelf of await this.known(signal)) if ((await shelf.claim(uid, signal)) !== null) return shelf
    return null
  }

  /** The provider's own datastore, and those that images were met in. */
  async known(signal: AbortSignal): Promise<readonly Shelf[]> {
    const { datastore } = this.#defaults
    if (datastore !== undefined) await this.choose({ datastore }, signal)
    return [...this.#known.values()]
  }

  #shelf({ ref: datacenter, path }: Datacenter, { ref, name }: DatastoreEntry): Shelf {
    const place = { datacenter, datacenterPath: path.replace(/^\//, ''), datastore: { ref, name } }
    const shelf = this.#known.get(ref.value) ?? new Shelf(this.#client, place)
    this.#known.set(ref.value, shelf)
    return shelf
  }
}
