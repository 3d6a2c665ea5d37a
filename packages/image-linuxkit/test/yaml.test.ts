import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageIdentity, PlainMap } from '@forgeplan/model'
import { describe, expect, it } from 'vitest'
import { linuxkit } from '../src/index.ts'
import { recorded } from './recorded.ts'

const base = 'kernel:\n  image: linuxkit/kernel:6.6.71\n  cmdline: "console=ttyS0"\n'
const docker = `services:
  - name: docker
    image: docker:24.0.7-dind
    env: [PASSWORD=hunter2, DEBUG]
files:
  - path: etc/motd
    contents: hunter3
  - path: etc/issue
    source: issue
`
const files = { 'base.yml': base, 'docker.yml': docker, issue: 'hello' }
const both = { source: ['base.yml', 'docker.yml'] }

const identified = async (block: PlainMap, given: Readonly<Record<string, string>> = files): Promise<ImageIdentity> => {
  await using place = await recorded(given)
  return await linuxkit.identify(block, place.host)
}

describe('a LinuxKit YAML as a source', () => {
  it('is known before anything is built', async () => {
    await using place = await recorded(files)
    const { digest, diagnostics, cmdline } = await linuxkit.identify(both, place.host)
    expect([digest?.length, diagnostics, cmdline]).toEqual([64, [], 'console=ttyS0'])
    expect(await place.started()).toBeNull()
  })

  it('is the same image written otherwise, and in other files', async () => {
    const { digest } = await identified(both)
    const other = `# a comment\n${base.replace('linuxkit/kernel', 'docker.io/linuxkit/kernel')}${docker.replace('env: [PASSWORD=hunter2, DEBUG]', 'env:\n      - "PASSWORD=hunter2"\n      - DEBUG')}`
    expect((await identified({ source: 'one.yaml' }, { 'one.yaml': other, issue: 'hello' })).digest).toBe(digest)
  })

  it.each([
    ['another value', { ...files, 'docker.yml': docker.replace('24', '25') }, both],
    ['other files in it', { ...files, issue: 'other' }, both],
    ['another secret', { ...files, 'docker.yml': docker.replace('hunter3', 'hunter4') }, both],
    ['another format', files, { ...both, format: 'kernel+initrd' }],
    ['another order of files', files, { source: ['docker.yml', 'base.yml', 'docker2.yml'] }],
  ] as const)('is another image with %s', async (_what, given, block) => {
    const all = { ...given, 'docker2.yml': 'init: [linuxkit/init:1]\n' }
    expect((await identified(block as PlainMap, all)).digest).not.toBe((await identified(both)).digest)
  })

  it('is another image when a package beside it is another one', async () => {
    await using place = await recorded({ 'a.yml': `${base}init: ["@pkg:mine"]\n` })
    await mkdir(join(place.directory, 'mine'))
    const digests = new Set<string | null>()
    for (const text of ['FROM scratch', 'FROM alpine', 'FROM alpine']) {
      await writeFile(join(place.directory, 'mine', 'Dockerfile'), text)
      digests.add((await linuxkit.identify({ source: 'a.yml' }, place.host)).digest)
    }
    await writeFile(join(place.directory, 'mine', 'more'), '')
    digests.add((await linuxkit.identify({ source: 'a.yml' }, place.host)).digest)
    expect([digests.size, digests.has(null)]).toEqual([3, false])
  })

  it('tells of what it is made line by line, and nothing that may be secret', async () => {
    const { madeOf = '' } = await identified(both)
    expect(madeOf.split('\n')).toEqual([
      'format: iso',
      'kernel.binary: "kernel"',
      'kernel.cmdline: "console=ttyS0"',
      'kernel.image: "docker.io/linuxkit/kernel:6.6.71"',
      'kernel.tar: "kernel.tar"',
      'services.docker.name: "docker"',
      'services.docker.image: "docker.io/library/docker:24.0.7-dind"',
      'services.docker.env[0]: "PASSWORD=(hidden 7)"',
      'services.docker.env[1]: "DEBUG"',
      'files.etc/motd.contents: "(hidden 7)"',
      'files.etc/motd.path: "etc/motd"',
      'files.etc/issue.path: "etc/issue"',
      'files.etc/issue.source: "issue"',
      'local issue: (hidden 64)',
      '',
    ])
  })

  it('points at all that is wrong in its own files, and covers what may be secret there', async () => {
    const broken = docker.replace('image: docker', 'comand: [x]\n    image: docker').replace('source: issue', 'sauce: issue')
    const { digest, diagnostics, sources } = await identified(both, { ...files, 'docker.yml': broken })
    const pointedAt = diagnostics.map(({ code, span }) => [code, span?.file, broken.slice(span?.start, span?.end)])
    expect([digest, pointedAt]).toEqual([
      null,
      [
        ['FORGE1012', 'docker.yml', 'comand'],
        ['FORGE1313', 'docker.yml', expect.any(String)],
        ['FORGE1012', 'docker.yml', 'sauce'],
      ],
    ])
    const covered = sources?.get('docker.yml') ?? ''
    expect([covered.length, covered.includes('hunter')]).toEqual([broken.length, false])
  })

  it('warns of references that are not pinned, where they stand, and is known all the same', async () => {
    const { digest, diagnostics } = await identified({ source: 'a.yml' }, { 'a.yml': `init: [alpine]\n${base}` })
    expect([digest?.length, diagnostics]).toMatchObject([
      64,
      [{ severity: 'warning', code: 'FORGE1302', span: { file: 'a.yml', start: 7 } }],
    ])
  })

  it('points at a local file that is not there, unless it is optional', async () => {
    const { digest, diagnostics } = await identified(both, { 'base.yml': base, 'docker.yml': docker })
    expect([digest, diagnostics]).toMatchObject([null, [{ severity: 'error', code: 'FORGE1315', span: { file: 'docker.yml' } }]])
    const optional = docker.replace('source: issue', 'source: issue\n    optional: true')
    const known = await identified(both, { 'base.yml': base, 'docker.yml': optional })
    expect([known.digest?.length, known.madeOf?.includes('local issue: (not there)')]).toEqual([64, true])
  })

  it.each([
    ['an empty file', { source: 'a.yml' }, 'There is no kernel.image'],
    ['several files without one', { source: ['docker.yml', 'a.yml'] }, 'None of these files has a kernel.image'],
  ])('is refused where nothing could boot from it: %s', async (_what, block, why) => {
    const { diagnostics } = await identified(block, { ...files, 'a.yml': '' })
    const [file] = [block.source].flat()
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'FORGE1316', detail: expect.stringContaining(why), span: { file, start: 0, end: 0 } },
    ])
  })

  it('reads files below the home directory after ~/', async () => {
    await using place = await recorded({ 'a.yml': `${base}files: [{path: a, source: ~/here}]\n`, here: 'x' })
    const before = process.env['HOME']
    process.env['HOME'] = place.directory
    const { digest } = await linuxkit.identify({ source: 'a.yml' }, place.host)
    process.env['HOME'] = before
    expect(digest?.length).toBe(64)
  })

  it('that is no text is refused', async () => {
    await using place = await recorded({})
    await writeFile(join(place.directory, 'a.yml'), Buffer.from([0xff, 0xfe, 0]))
    const { diagnostics } = await linuxkit.identify({ source: 'a.yml' }, place.host)
    expect(diagnostics[0]?.detail).toContain('a.yml cannot be read (it is not UTF-8 text)')
  })
})
