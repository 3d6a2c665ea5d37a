import { bytesSource } from '@forgeplan/vsphere-soap'
import type { DatastoreFolder } from './datastore-folder.ts'

// A note is some hundred bytes.
const mostBytes = 16_384

// A note on its way into the place of another.
const beside = '.new.json'

/** The files of notes in a folder. */
export const notePatterns: readonly string[] = ['*.json']

/** The uid that a file of a note belongs to. */
export const uidOfNote = (file: string): string => file.replace(/(\.new)?\.json$/, '')

/** Small files that say whose something is: `UID.json`. */
export class Notes {
  readonly #folder: DatastoreFolder

  constructor(folder: DatastoreFolder) {
    this.#folder = folder
  }

  /** The note of a uid; null where none can be read as one. `files`: those that are there. */
  async read<T>(uid: string, files: ReadonlySet<string>, parse: (text: string) => T | null, signal: AbortSignal): Promise<T | null> {
    // Between two steps of a move there may be only the one beside.
    for (const name of [`${uid}.json`, `${uid}${beside}`]) {
      const text = files.has(name) ? await this.#text(name, signal) : null
      const note = text === null ? null : parse(text)
      if (note !== null) return note
    }
    return null
  }

  /** Writes one where none is. What is cut off is half a note. */
  async write(uid: string, text: string, signal: AbortSignal): Promise<void> {
    await this.#upload(`${uid}.json`, text, signal)
  }

  /** Puts one in the place of another, or of none: written beside it and moved over it, so that there is never half of one. */
  async replace(uid: string, text: string, signal: AbortSignal): Promise<void> {
    await this.#upload(`${uid}${beside}`, text, signal)
    await this.#folder.move(`${uid}${beside}`, `${uid}.json`, { force: true, signal })
  }

  async remove(uid: string, signal: AbortSignal): Promise<void> {
    for (const name of [`${uid}${beside}`, `${uid}.json`]) await this.#folder.remove(name, signal)
  }

  async #upload(name: string, text: string, signal: AbortSignal): Promise<void> {
    await this.#folder.upload(name, bytesSource(new TextEncoder().encode(text)), { signal })
  }

  // Null where it is too long for a note.
  async #text(name: string, signal: AbortSignal): Promise<string | null> {
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of this.#folder.download(name, signal)) {
      parts.push(part)
      bytes += part.length
      if (bytes > mostBytes) return null
    }
    return Buffer.concat(parts).toString('utf8')
  }
}
