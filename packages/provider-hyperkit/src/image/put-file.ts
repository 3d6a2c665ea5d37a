import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Call, ImageFile } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { errorCode, syncDirectory } from '../home/files.ts'

let parts = 0

/**
 * Copies a file to its place, whole and durably, or leaves what stands there if it holds the same.
 * @throws ProviderError `conflict` when the source changed meanwhile.
 */
export const putFile = async (file: ImageFile, path: string, call: Call): Promise<void> => {
  if ((await digestOf(path, call.signal).catch(() => null)) === file.sha256) return
  await removeParts(path)
  const part = `${path}.${process.pid}-${parts++}.part`
  try {
    const written = await copy(file, part, call)
    if (written !== file.sha256) throw new ProviderError('conflict', 'The source of the image changed while it was copied. Plan again.')
    await rename(part, path)
  } finally {
    await rm(part, { force: true })
  }
  await syncDirectory(dirname(path))
}

/** Removes what copies to that place have left that were killed. @throws the system's error. */
export const removeParts = async (path: string): Promise<void> => {
  for (const name of await readdir(dirname(path))) {
    const writer = name.startsWith(`${basename(path)}.`) ? /\.(\d+)-\d+\.part$/.exec(name)?.[1] : undefined
    if (writer !== undefined && !isAlive(Number(writer))) await rm(join(dirname(path), name), { force: true })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

const copy = async ({ path, size }: ImageFile, part: string, call: Call): Promise<string> => {
  const hash = createHash('sha256')
  await using target = await open(part, 'w', 0o600)
  let done = 0
  for await (const chunk of createReadStream(path, { signal: call.signal, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    await target.writeFile(chunk)
    done += chunk.length
    call.progress('copying the image', size === 0 ? 1 : done / size)
  }
  await target.sync()
  return hash.digest('hex')
}

/** SHA-256 of what a file holds. @throws the system's error. */
export const digestOf = async (path: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}
