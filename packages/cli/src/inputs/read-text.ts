import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { messageOf } from '../stop.ts'

/** No file that forge reads as text may be larger, bytes. */
export const textLimit = 1_048_576

/** The text of a file, or why it cannot be had. Never reads more than `limit` bytes; refuses devices and pipes. */
export const readText = async (
  path: string,
  limit: number = textLimit,
): Promise<{ readonly text: string } | { readonly problem: string }> => {
  try {
    // Without waiting: opening a pipe would hang until somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) return { problem: 'it is not a regular file' }
    if (stat.size > limit) return { problem: `it is larger than ${String(limit / 1_048_576)} MiB` }
    return decodeText(await file.readFile())
  } catch (error) {
    return { problem: reasonOf(error) }
  }
}

const decodeText = (bytes: Uint8Array): { readonly text: string } | { readonly problem: string } => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { problem: 'it is not UTF-8 text' }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'too many symbolic links',
  ENXIO: 'it is not a regular file',
  EEXIST: 'it exists already',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
}

/** Words for a failed file operation, without the path that the caller names anyway. */
export const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? messageOf(error)
}
