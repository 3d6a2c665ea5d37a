import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasContent, inspectFile } from './header.ts'
import { readPrivately, withoutWal } from './private-copy.ts'
import { checkSchema, createSchema, isBlank } from './schema.ts'
import type { Db, Sqlite } from './sqlite.ts'
import { busyTimeoutMs, codeOf } from './sqlite.ts'

/**
 * Opens the state without writing anything anywhere beside it; an empty one in memory where there is none.
 * @throws StoreError.
 */
export const openToRead = async (sqlite: Sqlite, path: string): Promise<Db> => {
  if ((await inspectFile(path)) !== 'state') return openEmpty(sqlite)
  await access(path, constants.R_OK)
  const db = (await openLive(sqlite, path)) ?? (await openCopy(sqlite, path))
  try {
    if (isBlank(db)) return openEmpty(sqlite)
    checkSchema(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const openEmpty = (sqlite: Sqlite): Db => {
  const db = new sqlite(':memory:')
  createSchema(db)
  return db
}

// Only where a log is there already: a reader of a cleanly closed database would make one and leave it behind.
const openLive = async (sqlite: Sqlite, path: string): Promise<Db | null> => {
  const writable = await access(dirname(path), constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!writable || !(await hasContent(`${path}-wal`))) return null
  return openReadonly(sqlite, path)
}

const openReadonly = (sqlite: Sqlite, path: string): Db | null => {
  const db = new sqlite(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
  try {
    db.pragma('trusted_schema = OFF')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    if (/^SQLITE_(CANTOPEN|READONLY)/.test(codeOf(error))) return null
    throw error
  }
}

const openCopy = async (sqlite: Sqlite, path: string): Promise<Db> => {
  const db = new sqlite(await readPrivately(sqlite, path, () => readFile(path).then(withoutWal)), { readonly: true })
  db.pragma('trusted_schema = OFF')
  return db
}
