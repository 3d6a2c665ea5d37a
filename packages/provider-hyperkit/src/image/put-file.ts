import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Call, ImageFile } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { errorCode, syncDirectory } from '../home/files.ts'

let parts = 0

interface Putting {
  readonly call: Call
  /** Whether what stands there is what another stack has put there, and needs. */
  readonly isAnothers: () => Promise<boolean>
}

/**
 * Copies a file to its place, whole and durably, or leaves what stands there if it holds the same. What another stack has put
 * there meanwhile is never overwritten; what was cut is.
 * @throws ProviderError `conflict` when the source changed meanwhile, `transient` when another stack was faster.
 */
export const putFile = async (file: ImageFile, path: string, { call, isAnothers }: Putting): Promise<void> => {
  if ((await digestOf(path, call.signal).catch(() => null)) === file.sha256) return
  await removeParts(path)
  const part = `${path}.${process.pid}-${parts++}.part`
  try {
    const written = await copy(file, part, call)
    if (written !== file.sha256) throw new ProviderError('conflict', 'The source of the image changed while it was copied. Plan again.')
    await giveName(part, path, isAnothers)
  } finally {
    await rm(part, { force: true })
  }
  await syncDirectory(dirname(path))
}

const giveName = async (part: string, path: string, isAnothers: Putting['isAnothers']): Promise<void> => {
  try {
    await link(part, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    if (await isAnothers()) throw new ProviderError('transient', 'Another stack has just pushed this version.')
    await rename(part, path)
  }
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
