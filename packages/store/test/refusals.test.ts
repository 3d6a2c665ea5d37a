import { chmod, copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stackName } from '@forgeplan/model'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../src/index.ts'
import { build, startChild } from './child.ts'
import { mountTypeOf, networkName } from '../src/filesystem.ts'
import { storeErrorOf } from '../src/sqlite-error.ts'
import { fleet, leaseOf, openAt, tempDirectory } from './fixture.ts'

const makeState = async (path: string, size: number): Promise<void> => {
  await using store = await openAt(path)
  await using lease = await leaseOf(store)
  await lease.append(fleet(size))
}

const edit = (path: string, sql: string): void => {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

describe('a file that is no state', () => {
  const cases: readonly (readonly [string, string, (path: string) => Promise<void> | void])[] = [
    ['text', 'foreign', (path) => writeFile(path, 'hello '.repeat(100))],
    ['a directory', 'foreign', (path) => mkdir(path)],
    ['a database of another program', 'foreign', (path) => edit(path, 'CREATE TABLE t (x)')],
    ['only the head of a database', 'corrupt', (path) => writeFile(path, 'SQLite format 3\0')],
  ]
  for (const [name, kind, make] of cases)
    it(`is refused and left as it was: ${name}`, async () => {
      await using directory = await tempDirectory()
      const path = join(directory.path, 'state.db')
      await make(path)
      const before = await readFile(path).catch(() => null)
      for (const mode of ['read', 'write'] as const) await expect(openAt(path, mode)).rejects.toMatchObject({ name: 'StoreError', kind })
      expect(await readFile(path).catch(() => null)).toEqual(before)
      expect(await readdir(directory.path)).toEqual(['state.db'])
    })
})

describe('a state that was changed by hand', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['a newer schema', 'newer', 'PRAGMA user_version = 2'],
    ['a body that is no JSON', 'corrupt', "UPDATE journal SET body = '{' WHERE seq = 3"],
    ['an entry with a field too many', 'corrupt', "UPDATE journal SET body = json_set(body, '$.x', 1) WHERE seq = 3"],
    ['a deleted entry', 'corrupt', 'DELETE FROM journal WHERE seq = 3'],
    ['another table', 'corrupt', 'CREATE TABLE mine (x)'],
    ['a trigger', 'corrupt', 'CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM journal; END'],
    ['a snapshot of rubbish', 'corrupt', "INSERT INTO snapshot VALUES (1, 4, 1, 0, x'00')"],
  ]
  for (const [name, kind, sql] of cases)
    it(`is refused with what to do: ${name}`, async () => {
      await using directory = await tempDirectory()
      const path = join(directory.path, 'state.db')
      await makeState(path, 2)
      edit(path, sql)
      for (const mode of ['read', 'write'] as const) {
        const opened = openAt(path, mode).then((store) => {
          try {
            return store.load()
          } finally {
            void store[Symbol.asyncDispose]()
          }
        })
        await expect(opened).rejects.toMatchObject({
          name: 'StoreError',
          kind,
          detail: expect.stringMatching(kind === 'newer' ? /newer/ : /forge state recover/),
        })
      }
    })

  it('is refused when it is cut off', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await makeState(path, 200)
    await truncate(path, 3 * 4096)
    for (const mode of ['read', 'write'] as const) await expect(openAt(path, mode)).rejects.toMatchObject({ kind: 'corrupt' })
  })

  it('is refused for another stack, and both are named', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await makeState(path, 1)
    const opened = openStore({ path, mode: 'write', stack: stackName('lab', 'prod') })
    await expect(opened).rejects.toMatchObject({ kind: 'stack', detail: expect.stringMatching(/lab,.*lab\/prod/) })
  })
})

describe('a log that was cut off', () => {
  it('opens with the entries before the cut, and none after it', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await using store = await openAt(path)
    await using lease = await leaseOf(store)
    const entries = fleet(20)
    for (const entry of entries) await lease.append([entry])
    const size = (await stat(`${path}-wal`)).size
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size }), fc.constantFrom('read' as const, 'write' as const), async (cut, mode) => {
        await using place = await tempDirectory()
        const torn = join(place.path, 'state.db')
        await copyFile(path, torn)
        await copyFile(`${path}-wal`, `${torn}-wal`)
        await truncate(`${torn}-wal`, cut)
        await using found = await openAt(torn, mode)
        const read = [...found.records()].map(({ entry }) => entry)
        expect(read).toEqual(entries.slice(0, read.length))
        expect(found.load().serial).toBe(read.length)
        if (cut === size) expect(read).toHaveLength(entries.length)
      }),
      {
        numRuns: 30,
        examples: [
          [size, 'read'],
          [0, 'write'],
        ],
      },
    )
  })
})

describe('a place that cannot be written', () => {
  beforeAll(build)

  it('is read without writing a byte beside it, whether the state was closed or its writer was killed', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await makeState(path, 3)
    await using live = await openAt(path)
    await using lease = await leaseOf(live)
    await lease.append([{ kind: 'outputs', values: {} }])
    for (const suffix of ['', '-wal', '-shm']) await chmod(path + suffix, 0o444)
    await chmod(directory.path, 0o555)
    const before = await readdir(directory.path)
    await using child = startChild('read', path)
    expect(await child.answer()).toEqual({ rows: 3, entries: 10 })
    expect(await readdir(directory.path)).toEqual(before)
    await using writer = startChild('write', path)
    expect(await writer.answer()).toMatchObject({ kind: 'readonly' })
    await live[Symbol.asyncDispose]()
    await using again = startChild('read', path)
    expect(await again.answer()).toEqual({ rows: 3, entries: 10 })
    expect(await readdir(directory.path)).toEqual(['state.db'])
    await chmod(directory.path, 0o700)
  })

  it('is refused when it cannot even be read', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await makeState(path, 1)
    await chmod(path, 0o000)
    await chmod(directory.path, 0o755)
    await using child = startChild('read', path)
    expect(await child.answer()).toMatchObject({ kind: 'denied' })
  })

  it('leaves nothing behind after reading in a directory that can be written', async () => {
    await using directory = await tempDirectory()
    const path = join(directory.path, 'state.db')
    await makeState(path, 1)
    await using store = await openAt(path, 'read')
    expect(store.load().rows.size).toBe(1)
    expect(await readdir(directory.path)).toEqual(['state.db'])
  })
})

describe('a network file system', () => {
  it('is told from a local one by its type', () => {
    expect(networkName(0x6969, null)).toBe('NFS')
    expect(networkName(0xff534d42 | 0, null)).toBe('CIFS')
    expect(networkName(0x01021997, null)).toBe('9p')
    expect(networkName(0x65735546, 'fuse.sshfs')).toBe('fuse.sshfs')
    expect(networkName(0x65735546, 'fuseblk')).toBeNull()
    expect(networkName(0xef53, null)).toBeNull()
  })

  it('is looked up by the longest mount point', () => {
    const mountinfo = '21 1 8:1 / / rw - ext4 /dev/vda rw\n30 21 0:40 / /mnt/my\\040files rw shared:1 - fuse.sshfs host:/ rw\n'
    expect(mountTypeOf('/mnt/my files/a', mountinfo)).toBe('fuse.sshfs')
    expect(mountTypeOf('/mnt/my', mountinfo)).toBe('ext4')
  })
})

describe('an error of the operating system', () => {
  it('comes out in words', () => {
    const kinds = (
      ['ENOSPC', 'SQLITE_FULL', 'SQLITE_READONLY_DBMOVED', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_IOERR_WRITE', 'EACCES'] as const
    ).map((code) => storeErrorOf(Object.assign(new Error(code), { code }), '/state.db') as { kind: string })
    expect(kinds.map(({ kind }) => kind)).toEqual(['full', 'full', 'readonly', 'busy', 'io', 'denied'])
  })
})
