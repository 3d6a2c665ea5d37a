import { isA } from '../codec/is-a.ts'
import { isRef } from '../codec/shape.ts'
import { VsphereError, isFault } from '../error.ts'
import { look } from '../properties/one.ts'
import type { Session } from '../session/session.ts'
import type { TaskOptions, TaskWaiter } from '../tasks/waiter.ts'
import type { AnyFileInfo, Long, Ref } from '../vim/types.ts'
import type { CallOptions } from '../wire/deadline.ts'
import type { Sent, Source, Target, TransferOptions } from './transfer.ts'
import { get, isUnauthorized, put } from './transfer.ts'

/** A file of a datastore as HTTP names it. */
export interface DatastoreFile {
  /** The datacenter's inventory path, without a slash in front: `DC0`, `europe/DC0`. */
  readonly datacenter: string
  readonly datastore: string
  /** The path in the datastore: `iso/alpine.iso`. */
  readonly path: string
}

/** What a search found. */
export interface Found {
  /** Relative to the folder that was searched. */
  readonly path: string
  readonly bytes: Long | null
  /** ISO 8601. */
  readonly modified: string | null
  readonly isFolder: boolean
}

/** The files of datastores. Paths of methods are `[datastore] folder/file`. */
export class Datastores {
  readonly #session: Session
  readonly #tasks: TaskWaiter

  constructor(session: Session, tasks: TaskWaiter) {
    this.#session = session
    this.#tasks = tasks
  }

  /**
   * Sends a file, in the place of one that is there. What fails in the middle may leave a part of it.
   * @throws VsphereError: `checksum`, `http` and others; the signal's reason.
   */
  async upload(file: DatastoreFile, source: Source, options: TransferOptions = {}): Promise<Sent> {
    const { generation } = this.#session
    try {
      return await put(this.#target(file), source, options)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      await this.#session.renew(generation, options.signal)
      return put(this.#target(file), source, options)
    }
  }

  /** The bytes of a file as they come. @throws VsphereError; the signal's reason. */
  async *download(file: DatastoreFile, options: CallOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const { generation } = this.#session
    try {
      return yield* get(this.#target(file), options)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      await this.#session.renew(generation, options.signal)
    }
    yield* get(this.#target(file), options)
  }

  /**
   * The files of a folder that match any of the patterns (`*` and `?`); null where there is no such folder.
   * @throws VsphereError; the signal's reason.
   */
  async search(datastore: Ref, folder: string, patterns: readonly string[], options: TaskOptions = {}): Promise<readonly Found[] | null> {
    const browser = await this.#browser(datastore, options)
    const details = { fileType: true, fileSize: true, modification: true, fileOwner: false }
    // With fileType a folder says that it is one.
    const searchSpec = { matchPattern: patterns, details, sortFoldersFirst: false }
    try {
      const args = { datastorePath: folder, searchSpec }
      const result = await this.#tasks.wait(await this.#session.call('SearchDatastore_Task', browser, args, options), options)
      if (!isA(result, 'HostDatastoreBrowserSearchResults')) throw unreadable('it gave no result')
      return (result.file ?? []).map(found)
    } catch (error) {
      if (isFault(error, 'FileNotFound')) return null
      throw error
    }
  }

  /** Makes a folder and those above it, unless it is there already. @throws VsphereError; the signal's reason. */
  async makeDirectory(datacenter: Ref, path: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.#session.call('MakeDirectory', this.#manager(), { name: path, datacenter, createParentDirectories: true }, options)
    } catch (error) {
      if (!isFault(error, 'FileAlreadyExists')) throw error
    }
  }

  /** Deletes a file, or a folder with all that it holds; false where it is not there. @throws VsphereError; the signal's reason. */
  async remove(datacenter: Ref, path: string, options: TaskOptions = {}): Promise<boolean> {
    try {
      const task = await this.#session.call('DeleteDatastoreFile_Task', this.#manager(), { name: path, datacenter }, options)
      await this.#tasks.wait(task, options)
      return true
    } catch (error) {
      if (isFault(error, 'FileNotFound')) return false
      throw error
    }
  }

  #manager(): Ref {
    const { fileManager } = this.#session.content
    if (fileManager !== undefined) return fileManager
    throw new VsphereError('answer', 'The server has no file manager', { mayHaveRun: false })
  }

  #target({ datacenter, datastore, path }: DatastoreFile): Target {
    const { wire, cookie, timeoutMs } = this.#session
    const segments = path.split('/').map(encodeURIComponent)
    // A dot that a server or a proxy in between would resolve must not lead out of the datastore.
    if (segments.some((each) => each === '' || each === '.' || each === '..')) {
      throw new VsphereError('request', 'A path in a datastore has no empty parts, no . and no ..', { mayHaveRun: false })
    }
    const query = `dcPath=${encodeURIComponent(datacenter)}&dsName=${encodeURIComponent(datastore)}`
    return { agent: wire.agent, place: wire.place, path: `/folder/${segments.join('/')}?${query}`, cookie, timeoutMs }
  }

  async #browser(datastore: Ref, options: CallOptions): Promise<Ref> {
    const browser = (await look(this.#session, datastore, ['browser'], options))?.properties.get('browser')
    if (isRef(browser)) return browser
    throw unreadable('it is gone, or its browser may not be read')
  }
}

const unreadable = (why: string): VsphereError =>
  new VsphereError('answer', `The datastore cannot be searched: ${why}`, { mayHaveRun: false })

const found = ({ path, fileSize, modification, $type }: AnyFileInfo): Found => ({
  path,
  bytes: fileSize ?? null,
  modified: modification ?? null,
  isFolder: $type === 'FolderFileInfo',
})
