import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import type { Client, Source } from '../src/index.ts'
import { bytesSource, fileSource } from '../src/index.ts'
import { all, inventory, the, useLab } from './support/lab.ts'

describe.skipIf(!hasVcsim())('files of datastores', () => {
  const lab = useLab(['-vm', '0', '-cluster', '0'])
  const place = (path: string) => ({ datacenter: 'DC0', datastore: 'LocalDS_0', path })
  const objects = async (client: Client) => {
    const known = await inventory(client, 'Datacenter', 'Datastore')
    return { datacenter: the(known, 'Datacenter:DC0'), datastore: the(known, 'Datastore:LocalDS_0') }
  }
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7 + (index >> 9)) & 255))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const inPieces = (content: Buffer, size: number): Source => ({
    bytes: content.length,
    open: async function* () {
      for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
    },
  })

  it('are sent piece by piece, with progress and a checksum, and come back the same', async () => {
    await using client = await lab.open()
    const told: number[] = []
    const sent = await client.datastores.upload(place('iso/a b+ü.iso'), inPieces(bytes, 100_000), {
      sha256,
      onProgress: (so) => told.push(so),
    })
    expect(sent).toEqual({ bytes: bytes.length, sha256 })
    expect(told).toEqual(Array.from({ length: 30 }, (_, index) => (index + 1) * 100_000))
    const back = Buffer.concat(await all(client.datastores.download(place('iso/a b+ü.iso'))))
    expect(back.equals(bytes)).toBe(true)
  })

  it('of this computer are sent by their path, and an empty one, too', async () => {
    await using client = await lab.open()
    const folder = await mkdtemp(join(tmpdir(), 'vsphere-soap-'))
    try {
      await writeFile(join(folder, 'x'), bytes)
      expect(await client.datastores.upload(place('x'), await fileSource(join(folder, 'x')))).toEqual({ bytes: bytes.length, sha256 })
      expect((await client.datastores.upload(place('empty'), bytesSource(Buffer.alloc(0)))).bytes).toBe(0)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each<readonly [string, Source, string | undefined]>([
    ['has another checksum', inPieces(bytes, 65_536), 'ab'.repeat(32)],
    ['is shorter than it was said', { ...inPieces(bytes, 65_536), bytes: bytes.length + 1 }, undefined],
    ['is longer than it was said', { ...inPieces(bytes, 65_536), bytes: bytes.length - 1 }, undefined],
  ])('are not completed where the content %s', async (_what, source, expected) => {
    await using client = await lab.open()
    const upload = client.datastores.upload(place('wrong/w.iso'), source, { sha256: expected })
    await expect(upload).rejects.toMatchObject({ kind: 'checksum' })
    const { datastore } = await objects(client)
    const found = await client.datastores.search(datastore, '[LocalDS_0] wrong', ['w.iso'])
    expect((found ?? []).filter((each) => Number(each.bytes) >= source.bytes)).toEqual([])
  })

  it('whose reading fails throw that failure', async () => {
    await using client = await lab.open()
    const broken: Source = {
      bytes: 10,
      open: async function* () {
        yield Buffer.from('12345')
        throw new Error('the disk is gone')
      },
    }
    await expect(client.datastores.upload(place('broken'), broken)).rejects.toEqual(new Error('the disk is gone'))
  })

  it('are given up when the signal ends or nothing moves any more', async () => {
    await using client = await lab.open()
    const stop = new AbortController()
    const stuck: Source = {
      bytes: 10,
      open: async function* () {
        yield Buffer.from('12345')
        await new Promise((resolve) => setTimeout(resolve, 400))
        yield Buffer.from('67890')
      },
    }
    await expect(client.datastores.upload(place('stuck'), stuck, { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' })
    const upload = client.datastores.upload(place('stuck'), stuck, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    })
    await expect(upload).rejects.toEqual(new Error('enough'))
  })

  it('are given to one who takes longer over a piece than a transfer may stand still', async () => {
    await using client = await lab.open()
    await client.datastores.upload(place('slow'), bytesSource(bytes))
    let size = 0
    for await (const piece of client.datastores.download(place('slow'), { timeoutMs: 400 })) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 600))
      size += piece.length
    }
    expect(size).toBe(bytes.length)
  })

  it('are found by pattern, with their size', async () => {
    await using client = await lab.open()
    const { datacenter, datastore } = await objects(client)
    await client.datastores.makeDirectory(datacenter, '[LocalDS_0] search')
    await client.datastores.upload(place('search/one.iso'), bytesSource(Buffer.from('12345')))
    await client.datastores.upload(place('search/two.txt'), bytesSource(Buffer.from('1')))
    expect(await client.datastores.search(datastore, '[LocalDS_0] search', ['*.iso'])).toMatchObject([
      { path: 'one.iso', bytes: 5, isFolder: false },
    ])
    expect((await client.datastores.search(datastore, '[LocalDS_0] search', ['*']))?.map(({ path }) => path).toSorted()).toEqual([
      'one.iso',
      'two.txt',
    ])
    expect(await client.datastores.search(datastore, '[LocalDS_0]', ['search'])).toMatchObject([{ path: 'search', isFolder: true }])
    expect(await client.datastores.search(datastore, '[LocalDS_0] nowhere', ['*'])).toBeNull()
  })

  it('and folders are made and deleted, and twice is harmless', async () => {
    await using client = await lab.open()
    const { datacenter, datastore } = await objects(client)
    const folder = '[LocalDS_0] made/below'
    await client.datastores.makeDirectory(datacenter, folder)
    await client.datastores.makeDirectory(datacenter, folder)
    await client.datastores.upload(place('made/below/file'), bytesSource(Buffer.from('1')))
    expect(await client.datastores.remove(datacenter, '[LocalDS_0] made/below/file')).toBe(true)
    expect(await client.datastores.remove(datacenter, '[LocalDS_0] made/below/file')).toBe(false)
    expect(await client.datastores.remove(datacenter, '[LocalDS_0] made')).toBe(true)
    expect(await client.datastores.search(datastore, folder, ['*'])).toBeNull()
  })

  it('that are not there, and places that are none, are errors', async () => {
    await using client = await lab.open()
    await expect(all(client.datastores.download(place('nothing')))).rejects.toMatchObject({ kind: 'http' })
    await expect(client.datastores.upload({ ...place('a'), datastore: 'other' }, bytesSource(bytes))).rejects.toMatchObject({
      kind: 'http',
    })
    for (const path of ['../../etc/passwd', 'a//b', '/a', '.', '']) {
      await expect(client.datastores.upload(place(path), bytesSource(bytes))).rejects.toMatchObject({ kind: 'request' })
    }
  })
})
