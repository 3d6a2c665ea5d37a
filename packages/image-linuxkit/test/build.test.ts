import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasPacker } from '../../../test/require.ts'
import { linuxkit } from '../src/index.ts'
import { recorded, writesAll } from './recorded.ts'

const files = { 'base.yml': 'kernel: {image: "a:1"}\n', 'docker.yml': 'init: ["b:1"]\n' }
const block = { source: ['base.yml', 'docker.yml'], format: 'kernel+initrd' }
const leftIn = async (cache: string): Promise<readonly string[]> => (await readdir(cache)).map((name) => name.replace(/^[0-9a-f]{64}/, ''))

// Process ids of a group, without those that only wait to be counted out.
const runningIn = (group: number): readonly string[] =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const [state, , of] = readFileSync(`/proc/${name}/stat`, 'latin1')
        .replace(/^.*\) /, '')
        .split(' ')
      return Number(of) === group && state !== 'Z'
    } catch {
      return false
    }
  })

describe('an image of a LinuxKit YAML', () => {
  it('is built by linuxkit with these arguments, in the folder of the configuration', async () => {
    await using place = await recorded(files, `echo one; echo two >&2; ${writesAll}`)
    const made = await linuxkit.make(await place.inputs(block), place.host, place.call())
    const { args = [], folder } = (await place.started()) ?? {}
    const dir = args[args.indexOf('--dir') + 1] ?? ''
    expect(args).toEqual([
      'build',
      '--docker',
      '--no-sbom',
      '--format',
      'kernel+initrd',
      '--name',
      'os',
      '--dir',
      dir,
      join(place.directory, 'base.yml'),
      join(place.directory, 'docker.yml'),
    ])
    expect([folder, dir.startsWith(place.host.cache)]).toEqual([place.directory, true])
    expect(await Promise.all(made.map(async ({ suffix, path, size }) => [suffix, await readFile(path, 'utf8'), size]))).toEqual([
      ['-kernel', 'kernel', 6],
      ['-initrd', 'initrd', 6],
    ])
    expect(await leftIn(place.host.cache)).toEqual(['-initrd', '-kernel'])
    expect(place.shown).toContain('linuxkit: one')
  })

  it.skipIf(!hasPacker())('is packed into a CD-ROM image with the command line of the build', async () => {
    await using place = await recorded(files)
    const [iso, ...others] = await linuxkit.make(await place.inputs({ source: block.source }), place.host, place.call())
    expect([iso?.suffix, others]).toEqual(['.iso', []])
    const packed = await readFile(iso?.path ?? '', 'latin1')
    expect(packed).toContain('APPEND initrd=/initrd console=ttyS0 quiet\n')
    expect(await leftIn(place.host.cache)).toEqual(['.iso'])
  })

  it('that was built before is not built again', async () => {
    await using place = await recorded(files)
    const inputs = await place.inputs(block)
    await linuxkit.make(inputs, place.host, place.call())
    await writeFile(join(place.directory, 'bin', 'linuxkit'), '#!/bin/sh\nexit 9\n')
    expect(await linuxkit.make(inputs, place.host, place.call())).toHaveLength(2)
    expect(await linuxkit.preflight?.(inputs, place.host)).toEqual([])
  })

  it.each([
    [
      'fails',
      'for i in 1 2 3 4 5 6 7; do printf "\\033[31mline $i\\033[0m\\n"; done; exit 3',
      'linuxkit failed (exit code 3): line 3 | line 4 | line 5 | line 6 | line 7',
    ],
    ['fails with very much', 'head -c 1000000 /dev/zero | tr "\\0" x; exit 1', `linuxkit failed (exit code 1): ${'x'.repeat(200)}`],
    ['fails silently', 'exit 1', 'linuxkit failed (exit code 1): it said nothing.'],
    ['is killed', 'kill -9 $$', 'linuxkit failed (SIGKILL): it said nothing.'],
    ['makes nothing', 'printf kernel > "$dir/$name-kernel"', 'without the files os-initrd.img, os-cmdline'],
  ])('says so where linuxkit %s, and leaves nothing', async (_what, does, words) => {
    await using place = await recorded(files, does)
    const making = linuxkit.make(await place.inputs(block), place.host, place.call())
    await expect(making).rejects.toMatchObject({ kind: 'invalid', message: expect.stringContaining(words) })
    await expect(making).rejects.toSatisfy(({ message }: Error) => message.length < 400)
    expect(await leftIn(place.host.cache)).toEqual([])
  })

  it('that changes while it is built is refused', async () => {
    await using place = await recorded(files, `echo 'init: ["c:1"]' > docker.yml; ${writesAll}`)
    const making = linuxkit.make(await place.inputs(block), place.host, place.call())
    await expect(making).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('changed while it was built. Plan again.'),
    })
    expect(await leftIn(place.host.cache)).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('is given up with all that linuxkit has started', async () => {
    await using place = await recorded(files, 'echo $$ > pid; sleep 600 & echo started; sleep 600')
    const given = new AbortController()
    const call = place.call(given.signal)
    const giveUp = (text: string): void => void (text === 'linuxkit: started' && given.abort())
    await expect(linuxkit.make(await place.inputs(block), place.host, { ...call, progress: giveUp })).rejects.toThrow('aborted')
    const group = Number(await readFile(join(place.directory, 'pid'), 'utf8'))
    expect(runningIn(group)).toEqual([])
    expect(await leftIn(place.host.cache)).toEqual([])
  })

  it('is built without what forge was given for itself', async () => {
    await using place = await recorded(files, `printf '%s' "\${FORGE_VAR_secret-none}" > seen; ${writesAll}`)
    process.env['FORGE_VAR_secret'] = 'hunter2'
    await linuxkit.make(await place.inputs(block), place.host, place.call())
    delete process.env['FORGE_VAR_secret']
    expect(await readFile(join(place.directory, 'seen'), 'utf8')).toBe('none')
  })

  it('removes what a build that was killed has left, and nothing of one that may go on, here or in another system', async () => {
    await using place = await recorded(files)
    const make = async () => linuxkit.make(await place.inputs(block), place.host, place.call())
    const { cache } = place.host
    const made = await make()
    const [, system = ''] = /building-([0-9a-f]{8})-\d+-/.exec((await place.started())?.args.join(' ') ?? '') ?? []
    const living = [`building-${system}-${process.pid}-x`, 'building-00000000-999999999-x']
    const left = [`building-${system}-999999999-x`, 'packing-00000000-999999999-x']
    for (const name of [...living, ...left]) await mkdir(join(cache, name))
    await utimes(join(cache, 'packing-00000000-999999999-x'), 1, 1)
    for (const { path } of made) await rm(path)
    await make()
    expect(new Set(await leftIn(cache))).toEqual(new Set(['-initrd', '-kernel', ...living]))
  })
})

describe('what is missing to make an image', () => {
  it('is linuxkit for a YAML, and what packs for a CD-ROM image, and is told when it is asked for', async () => {
    await using place = await recorded({ ...files, kernel: 'k', initrd: 'i', 'os.iso': 'x' }, null)
    const before = process.env['PATH']
    process.env['PATH'] = place.directory
    const told = async (asked: Parameters<typeof place.inputs>[0]): Promise<readonly string[]> =>
      ((await linuxkit.preflight?.(await place.inputs(asked), place.host)) ?? []).map(({ detail }) => detail)
    const yaml = 'A LinuxKit YAML is built with the command linuxkit, which is not on the PATH. Install it from'
    const packer = 'A CD-ROM image cannot be packed here: what is missing is xorriso (not on the PATH)'
    const parts = { kernel: 'kernel', initrd: 'initrd' }
    try {
      expect(await told(block)).toEqual([expect.stringContaining(yaml)])
      expect(await told({ source: 'base.yml' })).toEqual([expect.stringContaining(yaml), expect.stringContaining(packer)])
      expect(await told(parts)).toEqual([expect.stringContaining(packer)])
      expect(await told({ ...parts, format: 'kernel+initrd' })).toEqual([])
      expect(await told({ source: 'os.iso' })).toEqual([])
      await expect(linuxkit.make(await place.inputs(block), place.host, place.call())).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(yaml),
      })
    } finally {
      process.env['PATH'] = before
    }
  })
})
