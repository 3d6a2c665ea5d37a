import type { JournalEntry, JournalRecord, State } from '@forgeplan/model'
import { LeaseLost } from '@forgeplan/model'
import type { Acquired } from './acquire.ts'
import { entryGuard } from './entry-guard.ts'
import { StoreError } from './errors.ts'
import type { GroupCommit } from './group-commit.ts'
import { groupCommit } from './group-commit.ts'
import { clocks } from './process-identity.ts'
import { pack } from './snapshot-table.ts'
import { guarded } from './sqlite-error.ts'
import type { Lease } from './store.ts'
import type { Tables } from './tables.ts'

const keptRevisions = 50

/** A lease that also carries out other writes under its fence. */
export interface WritingLease extends Lease {
  /** Runs `work` in one transaction that begins by checking the fence. @throws LeaseLost, StoreError. */
  write<T>(work: () => T): T
}

/** The lease that was acquired, with its heartbeat running. */
export const openLease = (tables: Tables, acquired: Acquired, heartbeatMs: number): WritingLease =>
  new HeldLease(tables, acquired, heartbeatMs)

class HeldLease implements WritingLease {
  readonly fence: number
  readonly lost: AbortSignal
  readonly #tables: Tables
  readonly #ttlMs: number
  readonly #losing = new AbortController()
  readonly #queue: GroupCommit<readonly JournalEntry[], readonly JournalRecord[]>
  readonly #timer: NodeJS.Timeout
  #beat: number
  #released = false

  constructor(tables: Tables, acquired: Acquired, heartbeatMs: number) {
    this.fence = acquired.fence
    this.lost = this.#losing.signal
    this.#tables = tables
    this.#ttlMs = acquired.ttlMs
    this.#beat = acquired.beat
    this.#queue = groupCommit((groups) => this.#insert(groups))
    // A process that has nothing else to do may end; the next one sees that it is gone.
    this.#timer = setInterval(() => this.#renew(), heartbeatMs).unref()
  }

  async append(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> {
    this.#refuseIfOver()
    entries.forEach(refuseUnstorable)
    return entries.length === 0 ? [] : this.#queue.submit(entries)
  }

  stillMine(): boolean {
    if (this.#released || this.lost.aborted) return false
    // Nobody takes over before the time to live has passed since the last heartbeat, so the database need not be asked.
    return clocks().monotonic - this.#beat <= this.#ttlMs || this.#renew()
  }

  async snapshot(state: State): Promise<void> {
    this.#queue.flush()
    const packed = await pack(state)
    this.write(() => {
      const { journal, snapshot } = this.#tables
      refuseInconsistent(packed.seq, journal.head().seq, snapshot.seq())
      snapshot.write(packed, Date.now())
      journal.prune(packed.seq, packed.revision - keptRevisions)
    })
  }

  write<T>(work: () => T): T {
    this.#refuseIfOver()
    try {
      return guarded(this.#tables.path, () => this.#tables.db.transaction(() => this.#fenced(work)).immediate())
    } catch (error) {
      // Only now, outside the transaction: whoever listens to `lost` may do as they like.
      if (error instanceof LeaseLost) this.#lose(error)
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#released) return
    this.#queue.flush()
    clearInterval(this.#timer)
    this.#released = true
    // Where even this cannot be written, the next owner sees that this process is gone.
    attempt(() => this.#tables.lease.release(this.fence))
  }

  #fenced<T>(work: () => T): T {
    if (this.#tables.lease.isMine(this.fence)) return work()
    throw takenOver()
  }

  #insert(groups: readonly (readonly JournalEntry[])[]): readonly (readonly JournalRecord[])[] {
    return this.write(() => {
      const at = Date.now()
      return groups.map((entries) => {
        entries.forEach((entry) => this.#found(entry))
        return this.#tables.journal.insert(entries, at)
      })
    })
  }

  #found(entry: JournalEntry): void {
    if (entry.kind !== 'founded') return
    const { identity } = this.#tables
    if (identity.read() !== null)
      throw new StoreError('lineage', 'The state has a lineage already, and a state keeps its lineage for life.')
    identity.write({ lineage: entry.lineage, stack: entry.stack })
  }

  #renew(): boolean {
    const now = clocks()
    const renewed = attempt(() => this.#tables.lease.renew(this.fence, now))
    if (renewed === true) this.#beat = now.monotonic
    if (renewed === false) this.#lose(takenOver())
    return renewed === true
  }

  #lose(reason: LeaseLost): void {
    clearInterval(this.#timer)
    this.#losing.abort(reason)
  }

  #refuseIfOver(): void {
    if (this.lost.aborted) throw this.lost.reason
    if (this.#released) throw new LeaseLost('The lease has been released.')
  }
}

const takenOver = (): LeaseLost => new LeaseLost('Another process has taken the lease of this state over, or `forge unlock` took it away.')

// A locked, full or closed database says nothing about whose lease it is; the next heartbeat asks again.
const attempt = (write: () => boolean): boolean | null => {
  try {
    return write()
  } catch {
    return null
  }
}

// The same check as on reading: what is durable can be read back.
const refuseUnstorable = (entry: JournalEntry): void => {
  const input: unknown = entry
  if (entryGuard(input)) return
  throw new StoreError(
    'invalid',
    `An entry of kind ${entry.kind} is not plain data of its kind, so it was not journaled. This is a bug of forge or of a provider.`,
  )
}

const refuseInconsistent = (seq: number, last: number, previous: number): void => {
  if (seq <= last && seq >= previous) return
  throw new StoreError(
    'invalid',
    `A snapshot at entry ${seq} does not fit a journal that ends at ${last} and a snapshot at ${previous}. This is a bug of forge.`,
  )
}
