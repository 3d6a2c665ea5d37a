import { ProviderError } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { FolderPlace } from '../files/datastore-folder.ts'
import { DatastoreFolder } from '../files/datastore-folder.ts'
import { Notes, notePatterns, uidOfNote } from '../files/notes.ts'
import type { Claim, Kept } from './claim.ts'
import { claimText, readClaim } from './claim.ts'
import { noteFolder } from './image-type.ts'

/** What the note of a uid says. */
export type Noted = Claim | 'damaged'

/** Where a datastore is. */
export type ShelfPlace = Omit<FolderPlace, 'folder'>

/** The images of one datastore, and the notes that say whose they are. Every method throws VsphereError and the signal's reason. */
export class Shelf {
  readonly place: ShelfPlace
  readonly #client: Client
  readonly #folder: DatastoreFolder
  readonly #notes: Notes

  constructor(client: Client, place: ShelfPlace) {
    this.#client = client
    this.place = place
    this.#folder = new DatastoreFolder(client, { ...place, folder: noteFolder })
    this.#notes = new Notes(this.#folder)
  }

  /** The notes of some uids, or of all that there are. */
  async claims(signal: AbortSignal, only?: ReadonlySet<string>): Promise<ReadonlyMap<string, Noted>> {
    const found = (await this.#folder.search(notePatterns, signal)) ?? []
    const files = new Set(found.map(({ path }) => path))
    const claims = new Map<string, Noted>()
    for (const uid of new Set([...files].map(uidOfNote))) {
      if (only?.has(uid) === false) continue
      const claim = await this.#notes.read(uid, files, readClaim, signal)
      // Half of the first note of all is beside where it would be: nobody's image stands yet.
      if (claim !== null) claims.set(uid, claim)
      else if (files.has(`${uid}.json`)) claims.set(uid, 'damaged')
    }
    return claims
  }

  /** The note of a uid; null where there is none. */
  async claim(uid: string, signal: AbortSignal): Promise<Noted | null> {
    return (await this.claims(signal, new Set([uid]))).get(uid) ?? null
  }

  async write(uid: string, claim: Claim, signal: AbortSignal): Promise<void> {
    await this.#notes.replace(uid, claimText(claim), signal)
  }

  async forget(uid: string, signal: AbortSignal): Promise<void> {
    await this.#notes.remove(uid, signal)
  }

  /** The folder of an image. */
  folder(file: Pick<Kept, 'folder'>): DatastoreFolder {
    return new DatastoreFolder(this.#client, { ...this.place, folder: file.folder })
  }

  /** Bytes of some files of one folder, by name; those that are missing are left out. */
  async sizes(folder: DatastoreFolder, names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const found = (await folder.search([...new Set(names)], signal)) ?? []
    return new Map(found.flatMap(({ path, bytes, isFolder }) => (isFolder || bytes === null ? [] : [[path, Number(bytes)] as const])))
  }

  /** The uids of those claims whose file is there with all that it should hold: bytes, by the datastore's word. */
  async whole(claims: ReadonlyMap<string, Noted>, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const standing = [...claims].flatMap(([uid, claim]) => (typeof claim === 'object' ? [{ uid, ...claim.file }] : []))
    const whole = new Set<string>()
    for (const at of new Set(standing.map(({ folder }) => folder))) {
      const files = standing.filter(({ folder }) => folder === at)
      const names = files.map(({ name }) => name)
      const sizes = await this.sizes(this.folder({ folder: at }), names, signal)
      for (const { uid, name, size } of files) if (sizes.get(name) === size) whole.add(uid)
    }
    return whole
  }

  /** `[datastore] folder/file` */
  path(file: Kept): string {
    return this.folder(file).path(file.name)
  }

  /** Free bytes now; null where that may not be read. */
  async freeBytes(signal: AbortSignal): Promise<number | null> {
    const { ref, name } = this.place.datastore
    const seen = await this.#client.look(ref, ['summary.freeSpace'], { signal })
    if (seen === null) throw new ProviderError('conflict', `The datastore ${name} is gone.`)
    const free = seen.properties.get('summary.freeSpace')
    return typeof free === 'number' || typeof free === 'bigint' ? Number(free) : null
  }
}
