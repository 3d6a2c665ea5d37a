import { ProviderError } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { isFault } from '@forgeplan/vsphere-soap'
import type { DatastoreFolder, FolderPlace } from '../files/datastore-folder.ts'
import { Notes, notePatterns, uidOfNote } from '../files/notes.ts'
import type { KeptDisk, Label } from './kept-disk.ts'
import { labelText, readLabel } from './kept-disk.ts'

/** Where the disks lie that outlive their machines: for each disk `uid.vmdk`, and beside it `uid.json`, which says whose it is. */
export class DiskFolder {
  readonly #folder: DatastoreFolder
  readonly #labels: Notes

  constructor(folder: DatastoreFolder) {
    this.#folder = folder
    this.#labels = new Notes(folder)
  }

  /** The datastore. */
  get datastore(): FolderPlace['datastore'] {
    return this.#folder.place.datastore
  }

  /** All disks, by uid, or only those that are asked for; null where there is no such folder. */
  async read(signal: AbortSignal, only?: ReadonlySet<string>): Promise<ReadonlyMap<string, KeptDisk> | null> {
    const files = await this.#folder.search([...notePatterns, '*.vmdk'], signal)
    if (files === null) return null
    const names = new Set(files.map(({ path }) => path))
    // The second file of a disk, with its content, has a name of its own.
    const own = [...names].filter((name) => !name.endsWith('-flat.vmdk'))
    const uids = new Set(own.map((name) => uidOfNote(name).replace(/\.vmdk$/, '')))
    const disks = new Map<string, KeptDisk>()
    for (const uid of [...uids].filter((each) => only?.has(each) ?? true)) {
      const label = await this.#labels.read(uid, names, readLabel, signal)
      disks.set(uid, { uid, label, isMade: names.has(`${uid}.vmdk`) })
    }
    return disks
  }

  /** `[datastore] path` of a disk. */
  file(uid: string): string {
    return this.#folder.path(`${uid}.vmdk`)
  }

  /** Whether a file is one of the disks here. */
  holds(file: string): boolean {
    return file.startsWith(this.#folder.path(''))
  }

  /** Writes the label of a disk that is not made yet. One that is cut off is half a label of nothing. */
  async writeLabel(uid: string, label: Label, signal: AbortSignal): Promise<void> {
    await this.#labels.write(uid, labelText(label), signal)
  }

  /** Puts another label in the place of a disk's: half of one would make the disk nobody's. */
  async replaceLabel(uid: string, label: Label, signal: AbortSignal): Promise<void> {
    await this.#labels.replace(uid, labelText(label), signal)
  }

  async make(uid: string, { size, thick }: Label, signal: AbortSignal): Promise<void> {
    const { client, place } = this.#folder
    const spec = {
      $type: 'FileBackedVirtualDiskSpec',
      diskType: thick ? 'thick' : 'thin',
      adapterType: 'lsiLogic',
      capacityKb: Math.ceil(size / 1024),
    } as const
    await client.run('CreateVirtualDisk_Task', this.#manager(), { name: this.file(uid), datacenter: place.datacenter, spec }, { signal })
  }

  async grow(uid: string, size: number, signal: AbortSignal): Promise<void> {
    const { client, place } = this.#folder
    const args = { name: this.file(uid), datacenter: place.datacenter, newCapacityKb: Math.ceil(size / 1024), eagerZero: false }
    await client.run('ExtendVirtualDisk_Task', this.#manager(), args, { signal })
  }

  /** Takes a disk away for good, then its label. */
  async remove({ uid, isMade }: KeptDisk, signal: AbortSignal): Promise<void> {
    const { client, place } = this.#folder
    const args = { name: this.file(uid), datacenter: place.datacenter }
    if (isMade) await client.run('DeleteVirtualDisk_Task', this.#manager(), args, { signal })
    await this.#labels.remove(uid, signal)
  }

  #manager(): Ref {
    const { virtualDiskManager } = this.#folder.client.content
    if (virtualDiskManager !== undefined) return virtualDiskManager
    throw new ProviderError('invalid', 'This server cannot make disks without a machine.')
  }
}

/** Whether a disk cannot be changed since a machine holds it. */
export const isInUse = (error: unknown): boolean => isFault(error, 'FileLocked', 'InvalidState', 'ResourceInUse', 'TaskInProgress')
