import type { Address, Context, ContextId, Journal, JournalEntry, JournalRecord, Row, State, Uid, UnitName } from '@forgeplan/model'
import { compareAddress, isMember, LeaseLost, unitOf } from '@forgeplan/model'
import type { Draft } from '@forgeplan/planner'
import { draft } from '@forgeplan/planner'

/**
 * The journal and the state that it folds to, for one run. The first append that fails ends it: nothing is written
 * any more, and `broken` tells everybody to stop.
 */
export class Ledger {
  readonly #journal: Journal
  readonly #draft: Draft
  readonly #contexts: Map<ContextId, Context>
  readonly #members = new Map<UnitName, Map<Uid, Address>>()
  // A thousand members that ask for the same list must not sort it a thousand times.
  readonly #sorted = new Map<UnitName, readonly Row[]>()
  readonly #unitOfUid = new Map<Uid, UnitName>()
  readonly #broken = new AbortController()
  #generation: number
  #folded: Promise<unknown> = Promise.resolve()

  constructor(state: State, journal: Journal) {
    this.#journal = journal
    this.#draft = draft(state)
    this.#contexts = new Map(state.contexts)
    this.#generation = state.generation
    for (const row of state.rows.values()) this.#index(row.uid)
  }

  /** Aborted when an append failed; the reason is what it threw. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /**
   * Resolves when the entries are durable and folded in.
   * @throws LeaseLost, or whatever else the journal threw at the first append that failed.
   */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    this.broken.throwIfAborted()
    const before = this.#folded
    const written = this.#write(entries)
    // Entries are folded in the order in which they were handed in, whichever promise comes back first.
    const folded = written.then(async (records) => {
      await before
      this.#fold(records)
    })
    this.#folded = folded.catch(() => undefined)
    await folded
  }

  /** Takes word from elsewhere that the lease is gone, before an append finds out. */
  breakWith(lost: AbortSignal | undefined): void {
    const fail = (): void => this.#broken.abort(new LeaseLost('The lease is gone.'))
    if (lost?.aborted === true) fail()
    else lost?.addEventListener('abort', fail, { once: true })
  }

  /** Ends it: a call that was left alone may still want to record something after the run. */
  close(): void {
    this.#broken.abort(new Error('The run has ended.'))
  }

  /** A number that no object of this state ever had. */
  nextGeneration(): number {
    return ++this.#generation
  }

  row(uid: Uid): Row | undefined {
    return this.#draft.row(uid)
  }

  rowAt(address: Address): Row | undefined {
    return this.#draft.rowAt(address)
  }

  context(id: ContextId): Context | undefined {
    return this.#contexts.get(id)
  }

  /** The standing members of a unit (its parts are not members), in natural order of addresses. */
  members(unit: UnitName): readonly Row[] {
    const known = this.#sorted.get(unit)
    if (known !== undefined) return known
    const found = [...(this.#members.get(unit)?.keys() ?? [])].flatMap((uid) => this.row(uid) ?? [])
    const sorted = found.toSorted((a, b) => compareAddress(a.address, b.address))
    this.#sorted.set(unit, sorted)
    return sorted
  }

  state(): State {
    return this.#draft.state()
  }

  async #write(entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> {
    try {
      return await this.#journal.append(entries)
    } catch (error) {
      this.#broken.abort(error)
      throw error
    }
  }

  #fold(records: readonly JournalRecord[]): void {
    for (const record of records) {
      this.#draft.push(record)
      if (record.entry.kind === 'context') this.#contexts.set(record.entry.id, record.entry.context)
      if ('uid' in record.entry) this.#index(record.entry.uid)
    }
  }

  #index(uid: Uid): void {
    const row = this.row(uid)
    const stands = row !== undefined && (row.phase.kind === 'live' || row.phase.kind === 'changing') && isMember(row.address)
    const before = this.#unitOfUid.get(uid)
    if (before !== undefined) {
      this.#members.get(before)?.delete(uid)
      this.#sorted.delete(before)
    }
    this.#unitOfUid.delete(uid)
    if (!stands) return
    const unit = unitOf(row.address)
    this.#unitOfUid.set(uid, unit)
    this.#sorted.delete(unit)
    this.#members.set(unit, (this.#members.get(unit) ?? new Map<Uid, Address>()).set(uid, row.address))
  }
}
