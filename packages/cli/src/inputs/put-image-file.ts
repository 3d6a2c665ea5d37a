import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ImageFile } from '@forgeplan/sdk'
import { failure } from '../stop.ts'
import { reasonOf } from './read-text.ts'

/** Copies a file of an image to its place, whole or not at all; false when what stands there holds the same already. @throws Stop */
export const putImageFile = async (file: ImageFile, path: string, signal: AbortSignal): Promise<boolean> => {
  if ((await digestOf(path, signal)) === file.sha256) return false
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`)
  try {
    await makeFolder(dirname(path))
    if ((await copy(file.path, part, signal)) !== file.sha256)
      throw failure('FORGE5020', 'The image changed while it was copied', `${file.path} was written to meanwhile. Run the command again.`)
    await rename(part, path)
    return true
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && 'code' in error) throw failure('FORGE6002', 'A file cannot be written', `${path}: ${reasonOf(error)}.`)
    throw error
  } finally {
    // Where even that fails, what was thrown says why.
    await rm(part, { force: true }).catch(() => undefined)
  }
}

// Node's own way of making the folders above goes round for ever where one of them, such as /proc, takes none.
const makeFolder = async (folder: string): Promise<void> => {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

const copy = async (from: string, to: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  await using target = await open(to, 'wx')
  for await (const chunk of chunksOf(from, signal)) {
    hash.update(chunk)
    await target.writeFile(chunk)
  }
  await target.sync()
  return hash.digest('hex')
}

// What cannot be read is written anew.
const digestOf = async (path: string, signal: AbortSignal): Promise<string | null> => {
  const hash = createHash('sha256')
  try {
    for await (const chunk of chunksOf(path, signal)) hash.update(chunk)
    return hash.digest('hex')
  } catch {
    signal.throwIfAborted()
    return null
  }
}

const chunksOf = (path: string, signal: AbortSignal): AsyncIterable<Buffer> =>
  createReadStream(path, { signal, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>
