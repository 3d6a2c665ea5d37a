import type { Journal, JournalRecord, PlanId, RunResult, StackName, State } from '@forgeplan/model'
import type { ExportedState, ExportOptions, ImportOptions } from './exported.ts'

export interface OpenOptions {
  /** Of the database file; relative paths start at the working directory. */
  readonly path: string
  /** `read` never writes, takes no lock and works in a directory that cannot be written. */
  readonly mode: 'read' | 'write'
  /** The stack that the configuration names; a state of another one is refused. Null: whichever the state holds, and there must be one. */
  readonly stack: StackName | null
}

/** One open state. Every method may throw `StoreError`. */
export interface Store extends AsyncDisposable {
  /** The last snapshot and the entries after it; empty when there is nothing yet. */
  load(): State
  /** Entries after `afterSeq` (default 0) that have not been pruned, in order. */
  records(afterSeq?: number): Iterable<JournalRecord>
  /** The runs that have not been pruned, oldest first. */
  revisions(): readonly Revision[]
  /**
   * Waits at most `timeoutMs` for the lease and takes it.
   * @throws LeaseHeld with the holder; the signal's reason when it is aborted; StoreError `readonly` in read mode.
   */
  acquire(options: LeaseOptions): Promise<Lease>
  /** Who holds the lease; null if nobody does. A dead holder is still named until somebody takes over. */
  holder(): LeaseHolder | null
  /** Takes the lease from the holder with that fence, dead or alive; false if nobody holds it under that fence. */
  unlock(fence: number): boolean
  /** Writes a consistent copy to a new file (0600). @throws StoreError `exists`. */
  backup(to: string): Promise<void>
  /** Everything as a JSON document. @throws StoreError `missing` when there is no state. */
  exportData(options?: ExportOptions): ExportedState
  /**
   * Replaces the state by an export. `data` is hostile until parsed.
   * @throws StoreError `invalid`, `stack`, `lineage`, `older`; LeaseLost.
   */
  importData(data: unknown, lease: Lease, options?: ImportOptions): Promise<void>
}

/** One run. `at` is milliseconds since 1970; `result` is null while it runs, or for ever if it was killed. */
export interface Revision {
  readonly revision: number
  readonly plan: PlanId
  readonly at: number
  readonly command: string
  /** Why, in the user's words; null if nothing was said. */
  readonly message: string | null
  readonly result: RunResult | null
  /** The canonical JSON of the plan's `Desired`. */
  readonly config: string
}

/** The right to write, until disposed or lost. */
export interface Lease extends Journal, AsyncDisposable {
  /** Rises with every lease over the life of the database. */
  readonly fence: number
  /** Whether no other process can have taken over. Cheap; ask before every call. */
  stillMine(): boolean
  /** Writes the snapshot of a run's end, and prunes entries older than 50 revisions. @throws LeaseLost, StoreError. */
  snapshot(state: State): Promise<void>
  /** Fires once the lease is known to be lost; its reason is a `LeaseLost`. */
  readonly lost: AbortSignal
}

export interface LeaseOptions {
  /** What the holder is doing, for those who wait: `forge apply`. No secrets. */
  readonly command: string
  /** 0: do not wait. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Called once, before waiting starts. */
  readonly onWait?: (holder: LeaseHolder) => void
  /** Default 30,000. */
  readonly ttlMs?: number
  /** Default 10,000. */
  readonly heartbeatMs?: number
}

/** A process that holds the lease. Times are milliseconds since 1970 on the holder's clock, for people only. */
export interface LeaseHolder {
  readonly host: string
  /** One boot of one kernel. */
  readonly bootId: string
  readonly pid: number
  /** When the process was started, as its operating system writes it; tells a reused pid from the holder. */
  readonly startedAt: string
  readonly command: string
  readonly fence: number
  readonly acquiredAt: number
  readonly heartbeatAt: number
}
