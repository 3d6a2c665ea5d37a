import { escapeText } from '@forgeplan/report'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** The end of a console file, which grows, and which now and then loses its older half. */
export interface Tail extends AsyncDisposable {
  /** The last lines so far, made visible: a guest may write anything. */
  last(lines: number): Promise<string>
  /** What came since; waits a moment for it. `null` when the file was removed or the wait was ended. */
  next(signal: AbortSignal): Promise<string | null>
}

/** No console that forge keeps is longer, bytes. */
const limit = 1024 * 1024
const pollMs = 200

/** Opens a console file; `null` if there is none. @throws the system's error when it cannot be read. */
export const openTail = async (path: string): Promise<Tail | null> => {
  const file = await openPlain(path)
  if (file === null) return null
  const visible = makeVisible()
  let place: Place = { offset: 0, recent: Buffer.alloc(0) }
  const read = async (): Promise<Buffer> => {
    const found = await readSince(file, place)
    place = found.place
    return found.bytes
  }
  return {
    last: async (lines) => lastLines(visible(await read()), lines),
    next: async (signal) => {
      await delay(pollMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted || (await file.stat()).nlink === 0) return null
      return visible(await read())
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

const openPlain = async (path: string): Promise<FileHandle | null> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null || (await file.stat()).isFile()) return file
  await file.close()
  return null
}

/** How far was read, and the end of that, by which the place is found again when the file was cut. */
interface Place {
  readonly offset: number
  readonly recent: Buffer
}

const readSince = async (file: FileHandle, place: Place): Promise<{ readonly bytes: Buffer; readonly place: Place }> => {
  const { size } = await file.stat()
  const from = size < place.offset ? await findAgain(file, place.recent, size) : Math.max(place.offset, size - limit)
  const bytes = await readRange(file, from, size)
  const recent = Buffer.concat([place.recent, bytes]).subarray(-256)
  return { bytes, place: { offset: from + bytes.length, recent } }
}

const findAgain = async (file: FileHandle, recent: Buffer, size: number): Promise<number> => {
  const at = (await readRange(file, 0, size)).lastIndexOf(recent)
  return at < 0 ? 0 : at + recent.length
}

const readRange = async (file: FileHandle, from: number, to: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(Math.min(to - from, limit))
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
  return bytes.subarray(0, bytesRead)
}

/** Decodes pieces of a stream; control characters other than line ends are made visible. */
const makeVisible = (): ((bytes: Buffer) => string) => {
  const decoder = new TextDecoder()
  let held = ''
  return (bytes) => {
    const text = held + decoder.decode(bytes, { stream: true })
    // The second half of a line end may come with the next piece.
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held === '' ? text : text.slice(0, -1)
    return whole.replaceAll(/\r*\n/g, '\n').split('\n').map(escapeText).join('\n')
  }
}

const lastLines = (text: string, lines: number): string => {
  const all = text.split('\n')
  // The last one is what follows the last line end.
  const wanted = lines + (all.at(-1) === '' ? 1 : 0)
  return all.slice(Math.max(0, all.length - wanted)).join('\n')
}
