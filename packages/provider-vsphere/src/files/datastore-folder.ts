import { ProviderError } from '@forgeplan/sdk'
import type { Client, DatastoreFile, Found, Ref, Sent, Source, TransferOptions } from '@forgeplan/vsphere-soap'

/** Where a folder of a datastore is. */
export interface FolderPlace {
  readonly datacenter: Ref
  /** Inventory path without a slash in front. */
  readonly datacenterPath: string
  readonly datastore: { readonly ref: Ref; readonly name: string }
  /** Path in the datastore. */
  readonly folder: string
}

/** The files of one folder of a datastore, by their names in it. Every method throws VsphereError and the signal's reason. */
export class DatastoreFolder {
  readonly client: Client
  readonly place: FolderPlace

  constructor(client: Client, place: FolderPlace) {
    this.client = client
    this.place = place
  }

  /** `[datastore] folder/name` */
  path(name: string): string {
    return `[${this.place.datastore.name}] ${this.place.folder}/${name}`
  }

  /** The files that match any of the patterns; null where there is no such folder. */
  search(patterns: readonly string[], signal: AbortSignal): Promise<readonly Found[] | null> {
    const { datastore, folder } = this.place
    return this.client.datastores.search(datastore.ref, `[${datastore.name}] ${folder}`, patterns, { signal })
  }

  /** Sends a file, and makes the folder. What fails in the middle may leave a part of it. */
  upload(name: string, source: Source, options: TransferOptions): Promise<Sent> {
    return this.client.datastores.upload(this.#file(name), source, options)
  }

  /** The bytes of a file as they come. */
  download(name: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.client.datastores.download(this.#file(name), { signal })
  }

  /** Gives a file another name; `force` puts it in the place of one that has it. @throws ProviderError too. */
  async move(from: string, to: string, { force, signal }: { readonly force: boolean; readonly signal: AbortSignal }): Promise<void> {
    const { datacenter } = this.place
    const args = {
      sourceName: this.path(from),
      destinationName: this.path(to),
      sourceDatacenter: datacenter,
      destinationDatacenter: datacenter,
      force,
    }
    await this.client.run('MoveDatastoreFile_Task', this.#manager(), args, { signal })
  }

  /** Takes a file away; one that is not there is no problem. */
  async remove(name: string, signal: AbortSignal): Promise<void> {
    await this.client.datastores.remove(this.place.datacenter, this.path(name), { signal })
  }

  #file(name: string): DatastoreFile {
    const { datacenterPath, datastore, folder } = this.place
    return { datacenter: datacenterPath, datastore: datastore.name, path: `${folder}/${name}` }
  }

  #manager(): Ref {
    const { fileManager } = this.client.content
    if (fileManager !== undefined) return fileManager
    throw new ProviderError('invalid', 'This server has no files of datastores.')
  }
}
