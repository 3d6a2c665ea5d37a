import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StackName, State } from '@forgeplan/model'
import { openStore } from '@forgeplan/store'
import { MemoryJournal } from '@forgeplan/testkit'

/** A journal whose entries are also durable in the real store, in a folder of its own that is gone in the end. */
export interface StoredJournal extends AsyncDisposable {
  readonly journal: MemoryJournal
  /** What another process reads from the file now. */
  reopened(): Promise<State>
  /** Ends a run as the command does: with a snapshot. */
  snapshot(): Promise<void>
}

export const storedJournal = async (stack: StackName): Promise<StoredJournal> => {
  const folder = await mkdtemp(join(tmpdir(), 'forge-line-'))
  const path = join(folder, 'state.db')
  const store = await openStore({ path, mode: 'write', stack })
  const lease = await store.acquire({ command: 'forge apply', timeoutMs: 0, signal: new AbortController().signal })
  const journal = new MemoryJournal(stack)
  const stored = Object.assign(journal, {
    append: async (entries: Parameters<MemoryJournal['append']>[0]) => {
      const records = await lease.append(entries)
      journal.records.push(...records)
      return records
    },
  })
  return {
    journal: stored,
    reopened: async () => {
      await using reader = await openStore({ path, mode: 'read', stack })
      return reader.load()
    },
    snapshot: () => lease.snapshot(journal.state()),
    [Symbol.asyncDispose]: async () => {
      await lease[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
