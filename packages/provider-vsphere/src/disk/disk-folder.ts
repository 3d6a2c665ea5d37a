import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { bytesSource, isFault } from '@forgeplan/vsphere-soap'
import type { KeptDisk, Label } from './kept-disk.ts'
import { labelText, readLabel } from './kept-disk.ts'

/** Where the disks lie that outlive their machines. */
export interface DiskPlace {
  readonly datacenter: Ref
  /** Inventory path without a slash in front. */
  readonly datacenterPath: string
  readonly datastore: { readonly ref: Ref; readonly name: string }
  /** Path in the datastore. */
  readonly folder: string
}

// A label is some hundred bytes.
const mostBytes = 16_384

// A label on its way into the place of another.
const beside = '.new.json'

/** The files of that place: for each disk `uid.vmdk`, and beside it `uid.json`, which says whose it is. */
export class DiskFolder {
  readonly #client: Client
  readonly #place: DiskPlace

  constructor(client: Client, place: DiskPlace) {
    this.#client = client
    this.#place = place
  }

  /** The datastore. */
  get datastore(): DiskPlace['datastore'] {
    return this.#place.datastore
  }

  /** All disks, by uid, or only those that are asked for; null where there is no such folder. */
  async read(signal: AbortSignal, only?: ReadonlySet<string>): Promise<ReadonlyMap<string, KeptDisk> | null> {
    const { datastore, folder } = this.#place
    const files = await this.#client.datastores.search(datastore.ref, `[${datastore.name}] ${folder}`, ['*.json', '*.vmdk'], { signal })
    if (files === null) return null
    const names = new Set(files.map(({ path }) => path))
    // The second file of a disk, with its content, has a name of its own.
    const own = [...names].filter((name) => !name.endsWith('-flat.vmdk'))
    const uids = new Set(own.map((name) => name.replace(/(\.new)?\.json$|\.vmdk$/, '')))
    const disks = new Map<string, KeptDisk>()
    for (const uid of [...uids].filter((each) => only?.has(each) ?? true)) {
      const label = await this.#labelAmong(uid, names, signal)
      disks.set(uid, { uid, label, isMade: names.has(`${uid}.vmdk`) })
    }
    return disks
  }

  /** `[datastore] path` of a disk. */
  file(uid: string): string {
    return this.#path(`${uid}.vmdk`)
  }

  /** Whether a file is one of the disks here. */
  holds(file: string): boolean {
    return file.startsWith(`[${this.#place.datastore.name}] ${this.#place.folder}/`)
  }

  /** Writes the label of a disk that is not made yet. One that is cut off is half a label of nothing. */
  async writeLabel(uid: string, label: Label, signal: AbortSignal): Promise<void> {
    await this.#upload(`${uid}.json`, label, signal)
  }

  /** Puts another label in the place of a disk's: written beside it and moved over it, since half of one would make the disk nobody's. */
  async replaceLabel(uid: string, label: Label, signal: AbortSignal): Promise<void> {
    const { datacenter } = this.#place
    await this.#upload(`${uid}${beside}`, label, signal)
    const [sourceName, destinationName] = [`${uid}${beside}`, `${uid}.json`].map((name) => this.#path(name)) as [string, string]
    const args = { sourceName, destinationName, sourceDatacenter: datacenter, destinationDatacenter: datacenter, force: true }
    await this.#client.run('MoveDatastoreFile_Task', this.#fileManager(), args, { signal })
  }

  async make(uid: string, { size, thick }: Label, signal: AbortSignal): Promise<void> {
    const { datacenter } = this.#place
    const spec = {
      $type: 'FileBackedVirtualDiskSpec',
      diskType: thick ? 'thick' : 'thin',
      adapterType: 'lsiLogic',
      capacityKb: Math.ceil(size / 1024),
    } as const
    await this.#client.run('CreateVirtualDisk_Task', this.#manager(), { name: this.file(uid), datacenter, spec }, { signal })
  }

  async grow(uid: string, size: number, signal: AbortSignal): Promise<void> {
    const args = { name: this.file(uid), datacenter: this.#place.datacenter, newCapacityKb: Math.ceil(size / 1024), eagerZero: false }
    await this.#client.run('ExtendVirtualDisk_Task', this.#manager(), args, { signal })
  }

  /** Takes a disk away for good, then its label. */
  async remove({ uid, isMade }: KeptDisk, signal: AbortSignal): Promise<void> {
    const { datacenter } = this.#place
    if (isMade) await this.#client.run('DeleteVirtualDisk_Task', this.#manager(), { name: this.file(uid), datacenter }, { signal })
    for (const name of [`${uid}${beside}`, `${uid}.json`]) await this.#client.datastores.remove(datacenter, this.#path(name), { signal })
  }

  // Between two steps of a move there may be only the one beside.
  async #labelAmong(uid: string, names: ReadonlySet<string>, signal: AbortSignal): Promise<Label | null> {
    for (const name of [`${uid}.json`, `${uid}${beside}`]) {
      const label = names.has(name) ? await this.#label(name, signal) : null
      if (label !== null) return label
    }
    return null
  }

  async #upload(name: string, label: Label, signal: AbortSignal): Promise<void> {
    await this.#client.datastores.upload(this.#target(name), bytesSource(new TextEncoder().encode(labelText(label))), { signal })
  }

  async #label(name: string, signal: AbortSignal): Promise<Label | null> {
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of this.#client.datastores.download(this.#target(name), { signal })) {
      parts.push(part)
      bytes += part.length
      if (bytes > mostBytes) return null
    }
    return readLabel(Buffer.concat(parts).toString('utf8'))
  }

  #path(name: string): string {
    return `[${this.#place.datastore.name}] ${this.#place.folder}/${name}`
  }

  #target(name: string) {
    const { datacenterPath, datastore, folder } = this.#place
    return { datacenter: datacenterPath, datastore: datastore.name, path: `${folder}/${name}` }
  }

  #fileManager(): Ref {
    const { fileManager } = this.#client.content
    if (fileManager !== undefined) return fileManager
    throw new ProviderError('invalid', 'This server has no files of datastores.')
  }

  #manager(): Ref {
    const { virtualDiskManager } = this.#client.content
    if (virtualDiskManager !== undefined) return virtualDiskManager
    throw new ProviderError('invalid', 'This server cannot make disks without a machine.')
  }
}

/** Whether a disk cannot be changed since a machine holds it. */
export const isInUse = (error: unknown): boolean => isFault(error, 'FileLocked', 'InvalidState', 'ResourceInUse', 'TaskInProgress')
