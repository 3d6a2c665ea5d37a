import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalEntry } from '@forgeplan/model'
import { LeaseLost } from '@forgeplan/model'
import { emptyState, foldAll } from '@forgeplan/planner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoreError } from '../src/index.ts'
import {
  applied,
  contextEntry,
  createBegan,
  fleet,
  founded,
  gone,
  leaseOf,
  moved,
  openAt,
  plainState,
  runBegan,
  runEnded,
  stack,
  tempDirectory,
  uidOf,
} from './fixture.ts'

describe('a new state', () => {
  it('is empty, and its files are for its owner only', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, '.forge', 'state.db')
    await using store = await openAt(path)
    expect(plainState(store.load())).toEqual(plainState(emptyState(stack)))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(`${path}-wal`)).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory.path, '.forge'))).mode & 0o777).toBe(0o700)
  })

  it('reads as empty where there is no file, and makes none', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path, 'read')
    expect(store.load().rows.size).toBe(0)
    expect(store.revisions()).toEqual([])
    expect(store.holder()).toBeNull()
    await expect(stat(path)).rejects.toThrow('ENOENT')
    await expect(leaseOf(store)).rejects.toMatchObject({ kind: 'readonly' })
  })
})

describe('append', () => {
  it('numbers the entries of concurrent calls in the order of the calls', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    await using lease = await leaseOf(store)
    const answers = await Promise.all([
      lease.append([founded, contextEntry]),
      lease.append([runBegan(1)]),
      lease.append([]),
      lease.append([createBegan(1)]),
    ])
    expect(answers.map((records) => records.map(({ seq }) => seq))).toEqual([[1, 2], [3], [], [4]])
    expect([...store.records(2)].map(({ entry }) => entry)).toEqual([runBegan(1), createBegan(1)])
  })

  it('commits what was waiting when the lease is released', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    const lease = await leaseOf(store)
    const waiting = lease.append([founded])
    await lease[Symbol.asyncDispose]()
    expect(await waiting).toHaveLength(1)
    await expect(lease.append([runBegan(1)])).rejects.toThrow(LeaseLost)
  })

  it('refuses what JSON would change, and a second lineage', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    await using lease = await leaseOf(store)
    const hostile: readonly unknown[] = [
      { kind: 'outputs', values: { a: Number.NaN } },
      { kind: 'outputs', values: { a: new Map() } },
      { kind: 'outputs', values: { $late: 1 } },
      { kind: 'outputs', values: JSON.parse('{"__proto__":1}') },
      { ...applied(1), extra: 1 },
      { kind: 'toString' },
    ]
    for (const entry of hostile) await expect(lease.append([entry as JournalEntry])).rejects.toMatchObject({ kind: 'invalid' })
    await lease.append([founded])
    await expect(lease.append([founded])).rejects.toMatchObject({ kind: 'lineage' })
    expect([...store.records()]).toHaveLength(1)
  })

  it('makes the calls of one tick durable in one commit', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path)
    await using lease = await leaseOf(store)
    const commits = await commitsDuring(path, () => Promise.all(Array.from({ length: 50 }, (_, n) => lease.append([createBegan(n + 1)]))))
    expect(commits).toBe(1)
  })

  it('writes as many bytes for a fleet of 5,000 as for one of 100', async () => {
    expect(await walBytesOfAppends(5000)).toBe(await walBytesOfAppends(100))
  })
})

// A frame of the log that ends a commit holds the size of the database there, every other frame 0:
// https://sqlite.org/walformat.html.
const commitsIn = async (path: string): Promise<number> => {
  const log = await readFile(`${path}-wal`)
  const frames = Array.from({ length: Math.floor((log.length - 32) / (24 + 4096)) }, (_, index) => 32 + index * (24 + 4096))
  return frames.filter((offset) => log.readUInt32BE(offset + 4) !== 0).length
}

const commitsDuring = async (path: string, work: () => Promise<unknown>): Promise<number> => {
  const before = await commitsIn(path)
  await work()
  return (await commitsIn(path)) - before
}

const walBytesOfAppends = async (size: number): Promise<number> => {
  await using directory = await tempDirectory()
  const path = join(directory.path, 'state.db')
  await using first = await openAt(path)
  await using filling = await leaseOf(first)
  await filling.append(fleet(size))
  await filling.append([runBegan(2)])
  await filling.snapshot(first.load())
  // Closing folds the log into the database, so that what follows is measured alone.
  await first[Symbol.asyncDispose]()
  await using store = await openAt(path)
  await using lease = await leaseOf(store, { command: 'x'.repeat(20) })
  const before = (await stat(`${path}-wal`)).size
  // Long entries fill a page each, so that where the last page ended does not matter.
  for (let n = 0; n < 20; n++) await lease.append([{ kind: 'outputs', values: { text: 'x'.repeat(3000) } }])
  return (await stat(`${path}-wal`)).size - before
}

describe('load', () => {
  const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map(createBegan),
    fc
      .tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.dictionary(
          fc.string().filter((key) => !key.startsWith('$') && key !== '__proto__'),
          fc.string(),
        ),
      )
      .map(([n, outputs]) => applied(n, outputs)),
    fc.integer({ min: 1, max: 9 }).map(gone),
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 19 })).map(([n, to]) => moved(n, to)),
    fc.constant<JournalEntry>({ kind: 'released', uid: uidOf(1), why: 'kept' }),
    fc.integer({ min: 1, max: 3 }).map(runBegan),
    fc.integer({ min: 1, max: 3 }).map(runEnded),
  )

  it('equals the fold of the whole journal, wherever snapshots were taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(entry, { maxLength: 12 }), { maxLength: 4 }), async (runs) => {
        await using directory = await tempDirectory()
        const path = join(directory.path, 'state.db')
        for (const [index, run] of runs.entries()) {
          await using store = await openAt(path)
          await using lease = await leaseOf(store)
          await lease.append(index === 0 ? [founded, contextEntry, ...run] : run)
          if (index % 2 === 0) await lease.snapshot(store.load())
        }
        await using store = await openAt(path, 'read')
        expect(plainState(store.load())).toEqual(plainState(foldAll(emptyState(stack), store.records())))
      }),
      { numRuns: 25 },
    )
  })

  it('prunes entries older than 50 revisions with the snapshot, and forgets nothing of the state', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    await using lease = await leaseOf(store)
    await lease.append([...fleet(3), runEnded(1)])
    for (let n = 2; n <= 60; n++) await lease.append([runBegan(n), runEnded(n)])
    const before = plainState(store.load())
    expect(store.revisions()).toHaveLength(60)
    await lease.snapshot(store.load())
    expect(store.revisions().map(({ revision }) => revision)).toEqual(Array.from({ length: 50 }, (_, index) => index + 11))
    expect(store.revisions()[0]).toMatchObject({ plan: 'p11', command: 'forge apply', result: 'done', config: '{"n":11}' })
    expect(plainState(store.load())).toEqual(before)
    expect((await lease.append([runBegan(61)]))[0]?.seq).toBe(before.serial + 1)
  })

  it('refuses a snapshot of a journal that is not this one', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    await using lease = await leaseOf(store)
    await lease.append(fleet(1))
    await expect(lease.snapshot({ ...store.load(), serial: 99 })).rejects.toThrow(StoreError)
  })
})
