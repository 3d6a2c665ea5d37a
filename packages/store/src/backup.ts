import { chmod, open, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StoreError } from './errors.ts'
import { syncDirectory } from './open-write.ts'
import type { Db, Sqlite } from './sqlite.ts'
import { codeOf } from './sqlite.ts'
import { guardedAsync } from './sqlite-error.ts'

/** Writes a consistent copy to a new file while the state stays in use. @throws StoreError `exists`, `full`, `denied`. */
export const backupTo = async (sqlite: Sqlite, db: Db, to: string): Promise<void> => {
  const target = resolve(to)
  await guardedAsync(target, async () => {
    await claim(target)
    try {
      await db.backup(target)
      makeWhole(sqlite, target)
      await chmod(target, 0o600)
      await syncDirectory(dirname(target))
    } catch (error) {
      await rm(target, { force: true })
      throw error
    }
  })
}

// Made before SQLite opens it, so that nobody else can read it at any time.
const claim = async (path: string): Promise<void> => {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new StoreError('exists', `${path} exists already, and a backup overwrites nothing. Name another file.`, { cause: error })
  }
}

// One file without a log; and whoever restores it is not told that the lease of the original is held.
const makeWhole = (sqlite: Sqlite, path: string): void => {
  const copy = new sqlite(path)
  try {
    copy.pragma('journal_mode = DELETE')
    copy.pragma('synchronous = FULL')
    copy.exec('UPDATE lease SET held = 0')
  } finally {
    copy.close()
  }
}
