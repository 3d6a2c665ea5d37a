import { createHash } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImageInputs, PlainMap } from '@forgeplan/model'
import type { Call } from '@forgeplan/sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linuxkit } from '../src/index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const { signal } = new AbortController()
const call: Call = {
  signal,
  progress: () => undefined,
  record: () => Promise.resolve(),
  now: () => 0,
  sleep: () => Promise.resolve(),
}

describe('an image of the plugin linuxkit', () => {
  let directory = ''
  const host = () => ({ directory, cache: join(directory, 'cache'), signal, hide: () => '(hidden)' })
  const put = (name: string, text: string) => writeFile(join(directory, name), text)
  const identify = (block: PlainMap) => linuxkit.identify(block, host())
  const wanted = (digest: string, config: PlainMap, format: ImageInputs['format']): ImageInputs => ({
    name: 'os',
    digest,
    format,
    plugin: 'linuxkit',
    config,
  })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forge-image-'))
    await put('os.iso', 'one')
    await put('kernel', 'k')
    await put('initrd', 'i')
    await put('empty.iso', '')
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('that is there already is known by its own digest', async () => {
    const madeOf = `image: (sha256 ${sha256('one').slice(0, 12)})\n`
    expect(await identify({ source: 'os.iso' })).toEqual({ digest: sha256('one'), diagnostics: [], madeOf })
  })

  it('is another one with another kernel, command line or format, and the same one under other paths', async () => {
    const parts = { kernel: 'kernel', initrd: 'initrd' }
    const { digest } = await identify(parts)
    const others = [
      { ...parts, cmdline: 'quiet' },
      { ...parts, format: 'kernel+initrd' },
      { ...parts, kernel: 'os.iso' },
    ]
    const digests = await Promise.all(others.map(async (block) => (await identify(block)).digest))
    expect(new Set([digest, ...digests]).size).toBe(4)
    await put('copy', 'k')
    expect((await identify({ ...parts, kernel: 'copy' })).digest).toBe(digest)
  })

  it('says which of its parts is another one', async () => {
    const parts = { kernel: 'kernel', initrd: 'initrd', cmdline: 'quiet\n  root=/dev/sda' }
    const lines = (await identify(parts)).madeOf?.split('\n') ?? []
    expect(lines.map((line) => line.replace(/sha256 .*/, ''))).toEqual([
      'format: iso',
      'kernel: (',
      'initrd: (',
      'cmdline: quiet root=/dev/sda',
      '',
    ])
    await put('initrd', 'another')
    const now = (await identify(parts)).madeOf?.split('\n') ?? []
    expect(now.filter((line) => !lines.includes(line))).toEqual([`initrd: (sha256 ${sha256('another').slice(0, 12)})`])
  })

  it('is read once in a run, and not to its end when that is given up', async () => {
    await identify({ source: 'os.iso' })
    const given = new AbortController()
    given.abort()
    await expect(linuxkit.identify({ source: 'os.iso' }, { ...host(), signal: given.signal })).rejects.toThrow('aborted')
    const reading = new AbortController()
    await truncate(join(directory, 'os.iso'), 2 ** 34)
    const read = linuxkit.identify({ source: 'os.iso' }, { ...host(), signal: reading.signal })
    setImmediate(() => reading.abort())
    await expect(read).rejects.toThrow('aborted')
  })

  it.each([
    [{}, 'An image needs a source: source: FILE.yml, source: FILE.iso, or kernel: FILE and initrd: FILE.'],
    [{ source: 'os.iso', kernel: 'kernel' }, 'and not of both'],
    [{ source: 'os.img' }, 'Nothing can be made of os.img: a source is a file that ends in .yml, .yaml or .iso.'],
    [{ source: ['a.yml', 'os.iso'] }, 'os.iso cannot be merged: the files of a list end in .yml or .yaml.'],
    [{ source: 'os.iso', cmdline: 'quiet' }, 'A ready CD-ROM image has its own command line'],
    [{ source: 'os.yml', cmdline: 'quiet' }, 'write it there as kernel.cmdline'],
    [{ source: 'nowhere.yml' }, 'nowhere.yml cannot be read (ENOENT). Correct the path, or make the file.'],
    [{ source: 'os.iso', format: 'kernel+initrd' }, 'has no kernel and initrd of its own'],
    [{ source: 'nowhere.iso' }, 'nowhere.iso cannot be read (ENOENT). Correct the path, or make the file.'],
    [{ kernel: '.', initrd: 'initrd' }, 'is not a plain file'],
    [{ source: 'empty.iso' }, 'empty.iso is empty. Correct the path, or make the file.'],
  ])('cannot be made of %j', async (block, words) => {
    const { digest, diagnostics } = await identify(block)
    expect([digest, diagnostics.length]).toEqual([null, 1])
    expect(diagnostics[0]).toMatchObject({ severity: 'error', code: 'FORGE2038', detail: expect.stringContaining(words) })
  })

  it('leaves keys of the wrong kind to the schema', async () => {
    expect(await identify({ source: 7 })).toEqual({ digest: null, diagnostics: [] })
  })

  it('is made of what was planned, or of nothing', async () => {
    const config = { kernel: 'kernel', initrd: 'initrd' }
    const { digest } = await identify({ ...config, format: 'kernel+initrd' })
    const inputs = wanted(digest ?? '', config, 'kernel+initrd')
    expect((await linuxkit.make(inputs, host(), call)).map(({ suffix, size, sha256: content }) => [suffix, size, content])).toEqual([
      ['-kernel', 1, sha256('k')],
      ['-initrd', 1, sha256('i')],
    ])
    await put('initrd', 'changed')
    await expect(linuxkit.make(inputs, host(), call)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('Plan again'),
    })
  })
})
