import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LeaseLost } from '@forgeplan/model'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ExportedState, Lease, LeaseHolder } from '../src/index.ts'
import { LeaseHeld } from '../src/index.ts'
import { isExpired } from '../src/expiry.ts'
import { leaseTable } from '../src/lease-table.ts'
import { createSchema } from '../src/schema.ts'
import { startInStat } from '../src/process-identity.ts'
import { build, startChild } from './child.ts'
import { founded, leaseOf, openAt, tempDirectory } from './fixture.ts'

beforeAll(build)

interface Answer {
  readonly fence?: number
  readonly error?: string
  readonly holder?: LeaseHolder
}

const exportOf = async (path: string): Promise<ExportedState> => {
  await using store = await openAt(path)
  await using lease = await leaseOf(store)
  await lease.append([founded])
  return store.exportData()
}

describe('the lease', () => {
  it('goes to one of eight processes at once, and the others are told who holds it', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    const children = Array.from({ length: 8 }, () => startChild('hold', path))
    try {
      const answers = (await Promise.all(children.map((child) => child.answer()))) as readonly Answer[]
      const winner = answers.findIndex(({ fence }) => fence === 1)
      const losers = answers.filter((_, index) => index !== winner)
      expect(losers.map(({ error, holder }) => [error, holder?.pid])).toEqual(Array(7).fill(['LeaseHeld', children[winner]?.process.pid]))
    } finally {
      await Promise.all(children.map((child) => child[Symbol.asyncDispose]()))
    }
  })

  it('is taken over at once from a process that was killed', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using child = startChild('hold', path)
    expect(await child.answer()).toEqual({ fence: 1 })
    child.process.kill('SIGKILL')
    await once(child.process, 'exit')
    await using store = await openAt(path)
    expect(store.holder()?.pid).toBe(child.process.pid)
    await using lease = await leaseOf(store)
    expect(lease.fence).toBe(2)
  })

  it('goes to one of eight who find the same dead owner at once', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using child = startChild('hold', path)
    await child.answer()
    child.process.kill('SIGKILL')
    await once(child.process, 'exit')
    const stores = await Promise.all(Array.from({ length: 8 }, () => openAt(path)))
    const taken = await Promise.allSettled(stores.map((store) => leaseOf(store)))
    expect(taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value.fence] : []))).toEqual([2])
    for (const store of stores) await store[Symbol.asyncDispose]()
  })

  it('is not taken by whoever judged it before somebody else took it or its owner gave a sign of life', () => {
    const db = new Database(':memory:')
    createSchema(db)
    const table = leaseTable(db, ':memory:')
    const taker = { host: 'a', bootId: 'b', pidSpace: 'c', pid: 1, startedAt: '1', command: 'forge apply', ttlMs: 1 }
    const free = table.read()
    expect(table.take(free, taker, { wall: 1, monotonic: 1 })).toBe(1)
    expect(table.take(free, taker, { wall: 2, monotonic: 2 })).toBeNull()
    const silent = table.read()
    expect(table.renew(1, { wall: 3, monotonic: 3 })).toBe(true)
    expect(table.take(silent, taker, { wall: 4, monotonic: 4 })).toBeNull()
    db.close()
  })

  it('is lost to a stopped process, which writes nothing when it wakes up', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using child = startChild('hold', path, { ttlMs: 500, heartbeatMs: 60_000 })
    expect(await child.answer()).toEqual({ fence: 1 })
    child.process.kill('SIGSTOP')
    await using store = await openAt(path)
    const waited: LeaseHolder[] = []
    await using lease = await leaseOf(store, { timeoutMs: 20_000, onWait: (holder) => waited.push(holder) })
    expect(waited.map(({ pid }) => pid)).toEqual([child.process.pid])
    await lease.append([founded])
    child.tell('append')
    child.process.kill('SIGCONT')
    expect(await child.answer()).toEqual({ error: 'LeaseLost', stillMine: false, lost: true })
    expect([...store.records()].map(({ entry }) => entry)).toEqual([founded])
  })

  it('stays with an owner that was only slow', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'state.db'))
    await using lease = await leaseOf(store, { ttlMs: 10, heartbeatMs: 60_000 })
    await sleep(50)
    expect(lease.stillMine()).toBe(true)
    await expect(lease.append([founded])).resolves.toHaveLength(1)
  })

  it('can be taken away, once and under its fence only, and the owner is told', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path)
    await using lease = await leaseOf(store, { heartbeatMs: 20 })
    await using other = await openAt(path)
    await expect(leaseOf(other, { timeoutMs: 150 })).rejects.toThrow(LeaseHeld)
    expect(other.unlock(7)).toBe(false)
    expect(other.unlock(lease.fence)).toBe(true)
    expect(other.unlock(lease.fence)).toBe(false)
    await once(lease.lost, 'abort')
    expect(lease.lost.reason).toBeInstanceOf(LeaseLost)
    expect(lease.stillMine()).toBe(false)
    await expect(lease.append([founded])).rejects.toThrow(LeaseLost)
    await using next = await leaseOf(other)
    expect(next.fence).toBe(2)
  })

  it('is checked by every write, even before a heartbeat has noticed anything', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path)
    const writes: readonly ((lease: Lease) => Promise<unknown>)[] = [
      (lease) => lease.append([founded]),
      (lease) => lease.snapshot(store.load()),
      async (lease) => store.importData(exported, lease),
    ]
    const exported = await exportOf(join(directory.path, 'other.db'))
    for (const write of writes) {
      const lease = await leaseOf(store)
      expect(store.unlock(lease.fence)).toBe(true)
      await expect(write(lease)).rejects.toThrow(LeaseLost)
      expect(lease.lost.aborted).toBe(true)
    }
    expect([...store.records()]).toEqual([])
    expect(store.load().lineage).toBeNull()
  })

  it('is free again after its release, and its fence goes on over reopening', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    for (const fence of [1, 2, 3]) {
      await using store = await openAt(path)
      expect(store.holder()).toBeNull()
      await using lease = await leaseOf(store)
      expect(lease.fence).toBe(fence)
      expect(store.holder()).toMatchObject({ pid: process.pid, command: 'forge apply', fence })
    }
  })

  it('is not waited for any longer when the signal is aborted', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path)
    await using _lease = await leaseOf(store)
    const interrupt = new AbortController()
    const why = new Error('interrupted')
    const waiting = leaseOf(store, { timeoutMs: 60_000, signal: interrupt.signal, onWait: () => interrupt.abort(why) })
    await expect(waiting).rejects.toBe(why)
  })
})

describe('expiry', () => {
  const me = { host: 'a', bootId: 'boot-1', pidSpace: 'pid:[1]', pid: 1, startedAt: '10' }
  const holder = {
    ...me,
    pid: 2,
    startedAt: '20',
    command: '',
    fence: 1,
    held: 1,
    acquiredAt: 1_000_000,
    heartbeatAt: 1_000_000,
    beat: 50_000,
    ttlMs: 30_000,
  }
  const hour = 3_600_000
  const sighting = { lease: holder, me, running: true, now: { wall: 1_005_000, monotonic: 55_000 }, unchangedMs: 0 }

  it('does not follow a clock that jumps, while the holder runs on the same host', () => {
    expect(isExpired(sighting)).toBe(false)
    for (const jump of [hour, -hour, 24 * hour])
      expect(isExpired({ ...sighting, now: { wall: 1_005_000 + jump, monotonic: 55_000 } })).toBe(false)
  })

  it('comes when no heartbeat came for the time to live, wherever the clock stands', () => {
    for (const jump of [0, -hour]) expect(isExpired({ ...sighting, now: { wall: 1_031_000 + jump, monotonic: 81_000 } })).toBe(true)
  })

  it('is at once for a dead process, but only where a pid means the same process', () => {
    expect(isExpired({ ...sighting, running: false })).toBe(true)
    expect(isExpired({ ...sighting, running: false, lease: { ...holder, pidSpace: 'pid:[2]' } })).toBe(false)
  })

  it('is judged by the wall clock after a reboot, and by watching where that was set back', () => {
    const rebooted = { ...sighting, lease: { ...holder, bootId: 'boot-0' } }
    expect(isExpired(rebooted)).toBe(false)
    expect(isExpired({ ...rebooted, now: { wall: 1_031_000, monotonic: 1 } })).toBe(true)
    expect(isExpired({ ...rebooted, now: { wall: 0, monotonic: 1 } })).toBe(false)
    expect(isExpired({ ...rebooted, now: { wall: 0, monotonic: 1 }, unchangedMs: 30_001 })).toBe(true)
  })

  it('reads the start of a process whose name is hostile', () => {
    const fields = ['S', ...Array.from({ length: 18 }, (_, index) => String(index)), '4242', '0']
    expect(startInStat(`7 (a) Z (b) ${fields.join(' ')}`)).toBe('4242')
    expect(startInStat(`7 (a) Z ${fields.slice(1).join(' ')}`)).toBe('dead')
  })
})
