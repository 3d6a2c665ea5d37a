import { constants } from 'node:fs'
import { access, chmod, mkdir, open, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError } from './errors.ts'
import { refuseNetwork } from './filesystem.ts'
import { inspectFile } from './header.ts'
import { checkSchema, createSchema } from './schema.ts'
import type { Db, Sqlite } from './sqlite.ts'
import { busyTimeoutMs, codeOf } from './sqlite.ts'
import { readonly } from './sqlite-error.ts'

/** Opens the state for writing, and makes it (0600, its directory 0700) where there is none. @throws StoreError. */
export const openToWrite = async (sqlite: Sqlite, path: string): Promise<Db> => {
  await makeDirectory(dirname(path))
  await refuseNetwork(await realpath(dirname(path)))
  if ((await inspectFile(path)) === 'missing') await makeFile(path)
  await refuseReadonly(path)
  const db = new sqlite(path, { timeout: busyTimeoutMs })
  try {
    await prepare(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const prepare = async (db: Db, path: string): Promise<void> => {
  // Neither triggers nor views of a prepared file may do anything, and damaged pages are noticed when they are read.
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  // Before WAL, so that the header that tells a state from other files is in the main file from the start.
  createSchema(db)
  checkSchema(db, path)
  await enterWal(db)
  // After WAL: better-sqlite3 is compiled to open an existing WAL database with synchronous = NORMAL.
  db.pragma('synchronous = FULL')
  if (process.platform === 'darwin') {
    db.pragma('fullfsync = ON')
    db.pragma('checkpoint_fullfsync = ON')
  }
  await chmod(path, 0o600).catch(() => undefined)
}

// SQLite does not wait for others while it changes the journal mode.
const enterWal = async (db: Db): Promise<void> => {
  const deadline = Date.now() + busyTimeoutMs
  for (;;) {
    try {
      if (db.pragma('journal_mode = WAL', { simple: true }) === 'wal') return
      throw new StoreError(
        'network',
        'The file system of the state does not support a write-ahead log. Name a path on a local disk with --state or FORGE_STATE.',
      )
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') || Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}

const makeDirectory = async (directory: string): Promise<void> => {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (first !== undefined) await syncDirectory(dirname(first))
}

/** Makes the names in a directory durable. */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// SQLite gives its log and its shared memory the permissions of this file.
const makeFile = async (path: string): Promise<void> => {
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw codeOf(error) === 'EACCES' ? readonly(path, error) : error
  }
}

// SQLite would open a file that it may not write as read-only without a word.
const refuseReadonly = async (path: string): Promise<void> => {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    await access(dirname(path), constants.W_OK)
  } catch (error) {
    throw readonly(path, error)
  }
}
