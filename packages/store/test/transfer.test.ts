import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadKey, makeKey, parseExport, restoreKey } from '../src/index.ts'
import type { ExportedState, Store } from '../src/index.ts'
import { applied, createBegan, fleet, leaseOf, openAt, otherLine, plainState, runBegan, tempDirectory } from './fixture.ts'

const filled = async (path: string, size: number): Promise<Store> => {
  const store = await openAt(path)
  await using lease = await leaseOf(store)
  await lease.append(fleet(size))
  return store
}

const throughJson = (exported: ExportedState): Record<string, unknown> => JSON.parse(JSON.stringify(exported)) as Record<string, unknown>

describe('an export', () => {
  it('restores the state and its history elsewhere, and the journal goes on after it', async () => {
    await using directory = await tempDirectory()
    await using from = await filled(join(directory.path, 'a.db'), 3)
    await using to = await openAt(join(directory.path, 'b.db'))
    await using lease = await leaseOf(to)
    await to.importData(throughJson(from.exportData()), lease)
    expect(plainState(to.load())).toEqual(plainState(from.load()))
    expect(to.revisions()).toEqual(from.revisions())
    expect((await lease.append([runBegan(2)]))[0]?.seq).toBe(from.load().serial + 1)
  })

  it('is refused over objects of another lineage, and over a state that has gone on unless forced', async () => {
    await using directory = await tempDirectory()
    await using store = await filled(join(directory.path, 'a.db'), 1)
    const early = throughJson(store.exportData())
    await using lease = await leaseOf(store)
    await lease.append([createBegan(7), applied(7)])
    const serial = store.load().serial
    await expect(store.importData(early, lease)).rejects.toMatchObject({ kind: 'older' })
    const state = early['state'] as object
    const foreign = { ...early, lineage: otherLine, state: { ...state, lineage: otherLine } }
    await expect(store.importData(foreign, lease, { force: true })).rejects.toMatchObject({ kind: 'lineage' })
    await store.importData(early, lease, { force: true })
    expect(store.load()).toMatchObject({ serial, generation: 7 })
    expect(store.load().rows.size).toBe(1)
  })

  it('is taken for hostile until it is parsed', async () => {
    await using directory = await tempDirectory()
    await using store = await filled(join(directory.path, 'a.db'), 2)
    const good = throughJson(store.exportData())
    const state = good['state'] as { rows: Record<string, unknown>[] }
    const row = state.rows[0] ?? {}
    const hostile: readonly unknown[] = [
      null,
      [],
      'text',
      { ...good, format: 'forge.state/v2' },
      { ...good, extra: 1 },
      { ...good, serial: 99 },
      { ...good, key: 'short' },
      { ...good, journal: [...(good['journal'] as unknown[])].toReversed() },
      { ...good, state: { ...state, rows: [row, row] } },
      { ...good, state: { ...state, rows: [{ ...row, uid: 'u9' }, row] } },
      { ...good, state: { ...state, rows: [{ ...row, address: '../../etc' }] } },
      { ...good, state: { ...state, contexts: [] } },
      { ...good, state: { ...state, rows: [{ ...row, outputs: JSON.parse('{"__proto__":{}}') }] } },
    ]
    for (const data of hostile) expect(() => parseExport(data)).toThrow(expect.objectContaining({ kind: 'invalid' }))
    expect(parseExport(good).key).toBeNull()
  })

  it('does not exist before the first apply', async () => {
    await using directory = await tempDirectory()
    await using store = await openAt(join(directory.path, 'a.db'), 'read')
    expect(() => store.exportData()).toThrow(expect.objectContaining({ kind: 'missing' }))
    await expect(store.backup(join(directory.path, 'b.db'))).rejects.toMatchObject({ kind: 'missing' })
  })
})

describe('a backup', () => {
  it('is one private file that opens as the same state with a free lease, and overwrites nothing', async () => {
    await using directory = await tempDirectory()
    await mkdir(join(directory.path, 'backups'))
    const to = join(directory.path, 'backups', 'state.db')
    await using store = await filled(join(directory.path, 'a.db'), 3)
    await using _lease = await leaseOf(store)
    await store.backup(to)
    expect((await stat(to)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory.path, 'backups'))).toEqual(['state.db'])
    await expect(store.backup(to)).rejects.toMatchObject({ kind: 'exists' })
    await using copy = await openAt(to, 'read')
    expect(copy.holder()).toBeNull()
    expect(plainState(copy.load())).toEqual(plainState(store.load()))
  })
})

describe('the key', () => {
  it('is made once, is private, and travels with an export that asks for it', async () => {
    await using directory = await tempDirectory()
    const home = join(directory.path, '.forge')
    expect(await loadKey(home)).toBeNull()
    const keys = await Promise.all(Array.from({ length: 8 }, () => makeKey(home)))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect((await stat(join(home, 'key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(home)).toEqual(['key'])
    await using store = await filled(join(home, 'state.db'), 1)
    const key = keys[0] as Buffer
    expect(JSON.stringify(store.exportData())).not.toContain(key.toString('hex'))
    const carried = parseExport(throughJson(store.exportData({ key }))).key as Buffer
    const elsewhere = join(directory.path, 'elsewhere')
    await restoreKey(elsewhere, carried)
    await restoreKey(elsewhere, carried)
    expect(await loadKey(elsewhere)).toEqual(key)
    await expect(restoreKey(elsewhere, Buffer.alloc(32))).rejects.toMatchObject({ kind: 'key' })
  })

  it('is refused when it is damaged, and not replaced', async () => {
    await using directory = await tempDirectory()
    await writeFile(join(directory.path, 'key'), 'abc')
    await expect(makeKey(directory.path)).rejects.toMatchObject({ kind: 'key' })
    expect(await readFile(join(directory.path, 'key'), 'utf8')).toBe('abc')
  })
})
