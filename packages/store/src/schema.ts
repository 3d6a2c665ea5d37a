import { corrupt, StoreError } from './errors.ts'
import type { Db } from './sqlite.ts'
import { notOurs } from './sqlite-error.ts'

/** `forg`: tells a state from any other SQLite file. */
export const applicationId = 0x666f7267
/** Rises when the tables change; a newer one is refused. */
export const schemaVersion = 1

// STRICT, so that SQLite itself refuses text where a number belongs.
const tables = {
  identity: 'CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), lineage TEXT NOT NULL, stack TEXT NOT NULL) STRICT',
  journal:
    'CREATE TABLE journal (seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT',
  journal_runs: "CREATE INDEX journal_runs ON journal (seq) WHERE kind IN ('run-began', 'run-ended')",
  snapshot:
    'CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT',
  lease:
    'CREATE TABLE lease (one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL, held INTEGER NOT NULL, host TEXT NOT NULL, bootId TEXT NOT NULL, pidSpace TEXT NOT NULL, pid INTEGER NOT NULL, startedAt TEXT NOT NULL, command TEXT NOT NULL, acquiredAt INTEGER NOT NULL, heartbeatAt INTEGER NOT NULL, beat INTEGER NOT NULL, ttlMs INTEGER NOT NULL) STRICT',
} as const

const firstLease = "INSERT INTO lease VALUES (1, 0, 0, '', '', '', 0, '', '', 0, 0, 0, 0)"

/** What the header of a database says of its origin. */
export interface Origin {
  readonly applicationId: number
  readonly version: number
}

/** @throws StoreError `foreign` or `newer` unless the origin is a state that this forge can read. */
export const checkOrigin = (origin: Origin, path: string): void => {
  if (origin.applicationId !== applicationId) throw notOurs(path)
  if (origin.version > schemaVersion)
    throw new StoreError(
      'newer',
      `${path} has schema ${origin.version}, and this forge reads up to ${schemaVersion}. Use the forge that wrote it, or a newer one.`,
    )
}

/** Whether nothing has ever been stored in the database. */
export const isBlank = (db: Db): boolean =>
  db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0 && originOf(db).applicationId === 0

const originOf = (db: Db): Origin => ({
  applicationId: Number(db.pragma('application_id', { simple: true })),
  version: Number(db.pragma('user_version', { simple: true })),
})

/** Makes the tables in one transaction, unless another process was quicker. */
export const createSchema = (db: Db): void =>
  db
    .transaction(() => {
      if (!isBlank(db)) return
      for (const sql of Object.values(tables)) db.exec(sql)
      db.exec(firstLease)
      db.pragma(`application_id = ${applicationId}`)
      db.pragma(`user_version = ${schemaVersion}`)
    })
    .immediate()

/**
 * A database from elsewhere may hold triggers and views; only the exact tables of this schema are accepted.
 * @throws StoreError `foreign`, `newer`, `corrupt`.
 */
export const checkSchema = (db: Db, path: string): void => {
  checkOrigin(originOf(db), path)
  const found = db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").all() as {
    name: string
    sql: string
  }[]
  const expected = new Map<string, string>(Object.entries(tables))
  if (found.length !== expected.size || found.some(({ name, sql }) => expected.get(name) !== sql))
    throw corrupt(`The tables of ${path} were changed by another program.`)
}
