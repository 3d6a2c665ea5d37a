import { resolve } from 'node:path'
import type { JournalRecord, StackName } from '@forgeplan/model'
import { acquireLease } from './acquire.ts'
import { backupTo } from './backup.ts'
import { StoreError } from './errors.ts'
import { exportState } from './export.ts'
import { parseExport } from './exported.ts'
import { refuseOtherStack } from './identity-table.ts'
import { inspectFile } from './header.ts'
import { importState } from './import.ts'
import type { WritingLease } from './lease.ts'
import { openLease } from './lease.ts'
import { holderOf } from './lease-table.ts'
import { loadState } from './load.ts'
import { openToRead } from './open-read.ts'
import { openToWrite } from './open-write.ts'
import type { Sqlite } from './sqlite.ts'
import { loadSqlite } from './sqlite.ts'
import { guarded, guardedAsync, readonly, storeErrorOf } from './sqlite-error.ts'
import type { ExportedState, ExportOptions, ImportOptions } from './exported.ts'
import type { Lease, LeaseHolder, LeaseOptions, OpenOptions, Revision, Store } from './store.ts'
import type { Tables } from './tables.ts'
import { tablesOf } from './tables.ts'

const defaultHeartbeatMs = 10_000

/** Opens the state at `path`. In `read` mode a missing file is an empty state. @throws StoreError. */
export const openStore = async (options: OpenOptions): Promise<Store> => {
  const path = resolve(options.path)
  return guardedAsync(path, async () => {
    const sqlite = await loadSqlite()
    // Whoever takes what is there must not make it.
    if (options.stack === null && (await inspectFile(path)) !== 'state') throw noState(path)
    const db = options.mode === 'write' ? await openToWrite(sqlite, path) : await openToRead(sqlite, path)
    try {
      const tables = tablesOf(db, path)
      const stack = options.stack ?? tables.identity.read()?.stack
      if (stack === undefined) throw noState(path)
      refuseOtherStack(tables.identity.read(), stack, path)
      return new OpenedStore({ sqlite, tables, stack, writable: options.mode === 'write' })
    } catch (error) {
      db.close()
      throw error
    }
  })
}

const noState = (path: string): StoreError =>
  new StoreError(
    'missing',
    `${path} holds no state; the first apply makes one. Another place is named with -C, --env, --state or FORGE_STATE.`,
  )

interface Parts {
  readonly sqlite: Sqlite
  readonly tables: Tables
  readonly stack: StackName
  readonly writable: boolean
}

class OpenedStore implements Store {
  readonly #parts: Parts
  #lease: WritingLease | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  load() {
    return this.#guarded(({ tables, stack }) => loadState(tables, stack))
  }

  *records(afterSeq = 0): Generator<JournalRecord> {
    const { journal, path } = this.#parts.tables
    try {
      for (const { seq, entry } of journal.after(afterSeq)) yield { seq, entry }
    } catch (error) {
      throw storeErrorOf(error, path)
    }
  }

  revisions(): readonly Revision[] {
    return this.#guarded(({ tables }) => tables.journal.revisions())
  }

  async acquire(options: LeaseOptions): Promise<Lease> {
    const { tables } = this.#writable()
    const acquired = await guardedAsync(tables.path, () => acquireLease(tables.lease, options))
    this.#lease = openLease(tables, acquired, options.heartbeatMs ?? defaultHeartbeatMs)
    return this.#lease
  }

  holder(): LeaseHolder | null {
    const row = this.#guarded(({ tables }) => tables.lease.read())
    return row.held === 1 ? holderOf(row) : null
  }

  unlock(fence: number): boolean {
    const { tables } = this.#writable()
    return guarded(tables.path, () => tables.lease.release(fence))
  }

  async backup(to: string): Promise<void> {
    const { sqlite, tables } = this.#parts
    if (tables.identity.read() === null)
      throw new StoreError('missing', `${tables.path} holds no state to back up; the first apply makes one.`)
    await backupTo(sqlite, tables.db, to)
  }

  exportData(options: ExportOptions = {}): ExportedState {
    return this.#guarded(({ tables, stack }) => exportState(tables, stack, options))
  }

  async importData(data: unknown, lease: Lease, options: ImportOptions = {}): Promise<void> {
    const { tables, stack } = this.#writable()
    if (this.#lease === null || lease !== this.#lease) throw new TypeError('An import needs the lease of the same store.')
    const held = this.#lease
    await guardedAsync(tables.path, () => importState({ tables, stack, lease: held }, parseExport(data), options))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease?.[Symbol.asyncDispose]()
    this.#parts.tables.db.close()
  }

  #guarded<T>(work: (parts: Parts) => T): T {
    return guarded(this.#parts.tables.path, () => work(this.#parts))
  }

  #writable(): Parts {
    if (this.#parts.writable) return this.#parts
    throw readonly(this.#parts.tables.path)
  }
}
