import { chmod, copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError } from './errors.ts'
import { hasContent, readHead } from './header.ts'
import type { Sqlite } from './sqlite.ts'
import { codeOf } from './sqlite.ts'

const attempts = 20
const companions = ['-wal', '-journal'] as const

/**
 * The database's bytes as they stood at one moment, its log carried out, without taking a lock or writing beside it.
 * `whole` reads a database that has no log.
 * @throws StoreError `busy` when another process keeps writing all the while.
 */
export const readPrivately = async (sqlite: Sqlite, path: string, whole: () => Promise<Buffer>): Promise<Buffer> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await versionOf(path)
    const logged = (await Promise.all(companions.map((suffix) => hasContent(path + suffix)))).some(Boolean)
    const bytes = logged ? await foldLog(sqlite, path) : await whole()
    // A checkpoint meanwhile would have mixed an old file with a new log; it changes the file's time or the log's head.
    if (bytes !== null && before === (await versionOf(path))) return bytes
    await sleep(50)
  }
  throw new StoreError('busy', `Another process keeps writing ${path}. Run the same command again when it has finished.`)
}

/** Marks a database without a log as one that needs none, so that it opens in memory (bytes 18 and 19 of its header). */
export const withoutWal = (bytes: Buffer): Buffer => {
  bytes.fill(1, 18, 20)
  return bytes
}

// A log that only grows is no change: what is copied of it is a prefix. Its head holds the salts of a checkpoint, see
// https://sqlite.org/walformat.html.
const versionOf = async (path: string): Promise<string> => {
  const stats = await Promise.all([path, `${path}-journal`].map((file) => stat(file, { bigint: true }).catch(() => null)))
  const seen = stats.map((found) => (found === null ? '-' : `${found.ino} ${found.size} ${found.mtimeNs}`))
  const log = await readHead(`${path}-wal`, 32).catch(() => Buffer.alloc(0))
  return [...seen, log.toString('hex')].join(' ')
}

const foldLog = async (sqlite: Sqlite, path: string): Promise<Buffer | null> => {
  const directory = await mkdtemp(join(tmpdir(), 'forge-state-'))
  try {
    const copy = join(directory, 'state.db')
    await copyOwn(path, copy)
    for (const suffix of companions) await copyOwn(path + suffix, copy + suffix).catch(ignoreMissing)
    return checkpointed(sqlite, copy)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const copyOwn = async (from: string, to: string): Promise<void> => {
  await copyFile(from, to)
  await chmod(to, 0o600)
}

const checkpointed = (sqlite: Sqlite, copy: string): Buffer => {
  const db = new sqlite(copy)
  try {
    db.pragma('trusted_schema = OFF')
    db.pragma('journal_mode = DELETE')
    return db.serialize()
  } finally {
    db.close()
  }
}

const ignoreMissing = (error: unknown): void => {
  if (codeOf(error) !== 'ENOENT') throw error
}
