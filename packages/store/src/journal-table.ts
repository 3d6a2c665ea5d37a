import type { JournalEntry, JournalRecord } from '@forgeplan/model'
import { entryGuard } from './entry-guard.ts'
import { corrupt } from './errors.ts'
import type { Guard } from './guard.ts'
import { count, record, text, time } from './guard.ts'
import type { Db } from './sqlite.ts'
import type { Revision } from './store.ts'

/** The journal's place: the last sequence number given out, and the number of runs begun. */
export interface Head {
  readonly seq: number
  readonly revision: number
}

/** A journal row as it stands in the file. */
export interface StoredRecord extends JournalRecord {
  readonly revision: number
  /** Milliseconds since 1970 when it was written. */
  readonly at: number
}

export interface JournalTable {
  head(): Head
  /** Call inside a transaction. `at` is milliseconds since 1970. */
  insert(entries: readonly JournalEntry[], at: number): readonly JournalRecord[]
  restore(records: readonly StoredRecord[]): void
  after(seq: number): Generator<StoredRecord>
  revisions(): readonly Revision[]
  /** Removes entries up to `seq` whose revision is at most `revision`. */
  prune(seq: number, revision: number): void
  clear(): void
}

// Read in pages: an open cursor would block every other statement on the connection.
const pageRows = 1000

export const journalTable = (db: Db, path: string): JournalTable => {
  const head = db.prepare(
    'SELECT seq, revision FROM journal UNION ALL SELECT seq, revision FROM snapshot ORDER BY seq DESC, revision DESC LIMIT 1',
  )
  const page = db.prepare(`SELECT seq, revision, at, body FROM journal WHERE seq > ? ORDER BY seq LIMIT ${pageRows}`)
  const runs = db.prepare("SELECT seq, revision, at, body FROM journal WHERE kind IN ('run-began', 'run-ended') ORDER BY seq")
  const put = db.prepare('INSERT INTO journal (seq, revision, at, kind, body) VALUES (?, ?, ?, ?, ?)')
  const prune = db.prepare('DELETE FROM journal WHERE seq <= ? AND revision <= ?')
  const write = ({ seq, revision, at, entry }: StoredRecord): void => {
    put.run(seq, revision, at, entry.kind, JSON.stringify(entry))
  }
  const headNow = (): Head => readHead(head.get(), path)
  return {
    head: headNow,
    insert: (entries, at) => {
      const records = numbered(entries, headNow(), at)
      records.forEach(write)
      return records.map(({ seq, entry }) => ({ seq, entry }))
    },
    restore: (records) => records.forEach(write),
    *after(seq) {
      for (let from = seq; ;) {
        const rows = page.all(from)
        for (const row of rows) {
          const read = readRecord(row, path)
          from = read.seq
          yield read
        }
        if (rows.length < pageRows) return
      }
    },
    revisions: () => toRevisions(runs.all().map((row) => readRecord(row, path))),
    prune: (seq, revision) => void prune.run(seq, revision),
    clear: () => void db.exec('DELETE FROM journal'),
  }
}

const numbered = (entries: readonly JournalEntry[], { seq, revision }: Head, at: number): readonly StoredRecord[] => {
  let run = revision
  return entries.map((entry, index) => {
    if (entry.kind === 'run-began') run += 1
    return { seq: seq + index + 1, revision: run, at, entry }
  })
}

const headGuard: Guard<Head> = record<Head>({ seq: count, revision: count })

const readHead = (row: unknown, path: string): Head => {
  if (row === undefined) return { seq: 0, revision: 0 }
  if (headGuard(row)) return row
  throw corrupt(`The journal in ${path} has a row without a sequence number.`)
}

interface RawRecord extends Head {
  readonly at: number
  readonly body: string
}
const rawGuard: Guard<RawRecord> = record<RawRecord>({ seq: count, revision: count, at: time, body: text() })

const readRecord = (row: unknown, path: string): StoredRecord => {
  if (!rawGuard(row)) throw corrupt(`The journal in ${path} has a row that forge did not write.`)
  const entry = parseJson(row.body)
  if (!entryGuard(entry)) throw corrupt(`Entry ${row.seq} of the journal in ${path} does not read as one.`)
  return { seq: row.seq, revision: row.revision, at: row.at, entry }
}

/** `undefined` if the text is no JSON. */
export const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const toRevisions = (records: readonly StoredRecord[]): readonly Revision[] => {
  const ends = new Map(records.flatMap(({ revision, entry }) => (entry.kind === 'run-ended' ? [[revision, entry.result] as const] : [])))
  return records.flatMap(({ revision, entry }) => {
    if (entry.kind !== 'run-began') return []
    const { plan, at, command, config, message = null } = entry
    return [{ revision, plan, at, command, message, result: ends.get(revision) ?? null, config }]
  })
}
