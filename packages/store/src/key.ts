import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError } from './errors.ts'
import { syncDirectory } from './open-write.ts'
import { codeOf } from './sqlite.ts'
import { guardedAsync } from './sqlite-error.ts'

const pathIn = (directory: string): string => join(directory, 'key')

/** The 32 bytes of `DIRECTORY/key`; null if there is no key yet. @throws StoreError `key` if the file holds anything else. */
export const loadKey = async (directory: string): Promise<Buffer | null> => {
  const path = pathIn(directory)
  const text = await guardedAsync(path, () => readFile(path, 'latin1').catch(ignoreMissing))
  if (text === null) return null
  if (/^[0-9a-f]{64}\n?$/.test(text)) return Buffer.from(text.trim(), 'hex')
  throw new StoreError(
    'key',
    `${path} does not hold 64 hexadecimal digits. Restore it from a backup or from an export made with --with-key.`,
  )
}

/** Makes the key (0600), or returns the one that another process has made meanwhile. */
export const makeKey = async (directory: string): Promise<Buffer> => {
  await storeNew(directory, randomBytes(32))
  const key = await loadKey(directory)
  if (key !== null) return key
  throw new StoreError('key', `${pathIn(directory)} was removed while it was being made. Run the same command again.`)
}

/** Puts the key of an export in place. @throws StoreError `key` when there is another one already. */
export const restoreKey = async (directory: string, key: Buffer): Promise<void> => {
  await storeNew(directory, key)
  if ((await loadKey(directory))?.equals(key) === true) return
  throw new StoreError(
    'key',
    `${pathIn(directory)} holds another key than the export. Move it away first; secrets of the state that uses it then read as changed.`,
  )
}

// Written aside and linked: the name appears with its whole content or not at all, and never replaces a key.
const storeNew = async (directory: string, key: Buffer): Promise<void> => {
  const path = pathIn(directory)
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await guardedAsync(path, async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    try {
      await writeDurably(aside, `${key.toString('hex')}\n`)
      await link(aside, path).catch(ignoreExisting)
    } finally {
      await rm(aside, { force: true })
    }
    await syncDirectory(directory)
  })
}

const writeDurably = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

const ignoreMissing = (error: unknown): null => {
  if (codeOf(error) === 'ENOENT') return null
  throw error
}

const ignoreExisting = (error: unknown): void => {
  if (codeOf(error) !== 'EEXIST') throw error
}
