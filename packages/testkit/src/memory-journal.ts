import type { Journal, JournalEntry, JournalRecord, StackName, State } from '@forgeplan/model'
import { emptyState, foldAll } from '@forgeplan/planner'

/** A journal in memory; every entry goes through JSON, as it would in the database. */
export class MemoryJournal implements Journal {
  readonly records: JournalRecord[] = []
  readonly #stack: StackName

  constructor(stack: StackName, records: readonly JournalRecord[] = []) {
    this.#stack = stack
    this.records.push(...records)
  }

  readonly append = async (entries: readonly JournalEntry[]): Promise<readonly JournalRecord[]> => {
    const added = entries.map((entry, index) => ({ seq: this.records.length + index + 1, entry: copyOf(entry) }))
    this.records.push(...added)
    return added
  }

  /** The fold of everything so far. */
  state(): State {
    return foldAll(emptyState(this.#stack), this.records)
  }
}

const copyOf = (entry: JournalEntry): JournalEntry => JSON.parse(JSON.stringify(entry)) as JournalEntry
