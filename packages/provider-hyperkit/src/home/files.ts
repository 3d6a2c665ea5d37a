import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The code of a failed file operation; `undefined` for any other error. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** A file in the way that is too large, or no plain file at all. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile'
}

/**
 * The bytes of a plain file; `null` if there is none. Neither follows a link nor waits on a pipe. Synchronous inside: a
 * small local file is read in less time than the thread pool takes to hand it over, and a look reads thousands.
 * @throws NotAFile when it is none or larger than `limit` bytes; the system's error when it cannot be read.
 */
export const readBounded = async (path: string, limit: number): Promise<Buffer | null> => {
  const file = openForReading(path)
  if (file === null) return null
  try {
    const stat = fstatSync(file)
    if (!stat.isFile() || stat.size > limit) throw new NotAFile()
    return readFileSync(file)
  } finally {
    closeSync(file)
  }
}

const openForReading = (path: string): number | null => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    if (errorCode(error) === 'ELOOP') throw new NotAFile()
    throw error
  }
}

/** JSON of a plain file; `null` if there is none, `undefined` if it is no JSON. @throws as `readBounded`. */
export const readJson = async (path: string): Promise<unknown> => {
  const bytes = await readBounded(path, 1_048_576)
  if (bytes === null) return null
  try {
    return JSON.parse(bytes.toString('utf8')) ?? undefined
  } catch {
    return undefined
  }
}

let parts = 0

/** Puts a file in its place whole and durably (0600): a reader sees the old one or the new one. */
export const writeDurably = async (path: string, content: Uint8Array | string): Promise<void> => {
  const part = `${path}.${process.pid}-${parts++}.part`
  {
    await using file = await open(part, 'w', 0o600)
    await file.writeFile(content)
    await file.sync()
  }
  await rename(part, path)
  await syncDirectory(dirname(path))
}

/** Makes renames inside a directory durable. */
export const syncDirectory = async (path: string): Promise<void> => {
  await using directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  await directory.sync()
}
