import type { IdentityTable } from './identity-table.ts'
import { identityTable } from './identity-table.ts'
import type { JournalTable } from './journal-table.ts'
import { journalTable } from './journal-table.ts'
import type { LeaseTable } from './lease-table.ts'
import { leaseTable } from './lease-table.ts'
import type { SnapshotTable } from './snapshot-table.ts'
import { snapshotTable } from './snapshot-table.ts'
import type { Db } from './sqlite.ts'

/** An open database with its tables. */
export interface Tables {
  readonly db: Db
  readonly path: string
  readonly identity: IdentityTable
  readonly journal: JournalTable
  readonly snapshot: SnapshotTable
  readonly lease: LeaseTable
}

/** Prepares every statement once. @throws errors of SQLite when the tables are not those of the schema. */
export const tablesOf = (db: Db, path: string): Tables => ({
  db,
  path,
  identity: identityTable(db, path),
  journal: journalTable(db, path),
  snapshot: snapshotTable(db, path),
  lease: leaseTable(db, path),
})
