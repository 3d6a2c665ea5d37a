import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Outside } from '../src/index.ts'
import { canonical, coveredTexts, disclosed, identityOf } from '../src/index.ts'
import { fieldCases, sampleOf } from './fields.ts'
import { dockerNow, sshd } from './fixtures.ts'
import { documentOf, imageOf, read } from './reading.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const outside = (over: Partial<Outside> = {}): Outside => ({ files: new Map(), images: new Map(), hash, ...over })
const canon = (text: string): string => canonical(imageOf(text))

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('the canonical text', () => {
  it('does not depend on comments, order of keys or formatting', () => {
    const other = `# other\n${stringify(reversed(parse(dockerNow)), { indent: 4, defaultStringType: 'QUOTE_DOUBLE' })}`
    expect(canon(other)).toBe(canon(dockerNow))
  })

  it('does not depend on how a file is split', () => {
    const [head = '', tail = ''] = dockerNow.split(/(?=^services:)/m)
    expect(canonical(imageOf(head, tail))).toBe(canon(dockerNow))
  })

  it('takes what is not written for what it stands for', () => {
    expect(canon('kernel: {image: "a:latest", binary: kernel, tar: kernel.tar}')).toBe(canon('kernel: {image: docker.io/library/a}'))
    expect(canon('kernel: {tar: ""}')).toBe(canon('kernel: {tar: none}'))
    expect(canon('trust: {org: [a]}')).toBe(canon(''))
  })

  it.each(fieldCases.filter(({ path, schema }) => !path.startsWith('trust') && schema.kind !== 'object'))(
    'depends on $path',
    ({ name, schema, write }) => {
      const one = write(sampleOf(name, schema))
      // With any other value, these two would leave a file without an origin.
      const two = /^(directory|metadata)$/.test(name) ? 'files: [{path: x, contents: ""}]' : write(otherOf(name, sampleOf(name, schema)))
      const [before, after] = [read(one), read(two)]
      expect([before.ok, after.ok]).toEqual([true, true])
      if (before.ok && after.ok) expect(canonical(after.value.image)).not.toBe(canonical(before.value.image))
    },
  )

  it('depends on the order of lists', () => {
    expect(canon('init: [a/a:1, a/b:1]')).not.toBe(canon('init: [a/b:1, a/a:1]'))
  })
})

// Another value that the same field takes.
const others: Readonly<Record<string, unknown>> = {
  image: 'linuxkit/y:2',
  mode: '0600',
  type: 'b',
  format: 'filesystem',

  gid: 7,
  uid: 0,
}

const otherOf = (name: string, sample: unknown): unknown => {
  if (!Array.isArray(sample) && Object.hasOwn(others, name)) return others[name]
  if (Array.isArray(sample)) return []
  if (typeof sample === 'string') return `${sample}2`
  if (typeof sample === 'number') return sample + 1
  return typeof sample === 'boolean' ? !sample : {}
}

describe('the identity', () => {
  const document = documentOf(sshd)
  const source = '~/.ssh/id_rsa.pub'
  const init = document.references[1]?.reference.resolved ?? ''
  const given = (digest: string | null, images: readonly (readonly [string, string])[] = []): string =>
    identityOf(document, outside({ files: new Map([[source, digest]]), images: new Map(images) }))

  it('is the same for the same', () => {
    expect(given('aa')).toBe(given('aa'))
    expect(given('aa')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('depends on what local files hold, and whether they are there', () => {
    expect(new Set([given('aa'), given('bb'), given(null)]).size).toBe(3)
  })

  it('depends on what references lead to', () => {
    expect(new Set([given('aa'), given('aa', [[init, 'sha256:1']]), given('aa', [[init, 'sha256:2']])]).size).toBe(3)
  })

  it('is not made where a file was not looked for, or is needed and not there', () => {
    expect(() => identityOf(document, outside())).toThrow('id_rsa.pub')
    const needed = documentOf(sshd.replace('    optional: true\n', ''))
    expect(() => identityOf(needed, outside({ files: new Map([[source, null]]) }))).toThrow('id_rsa.pub')
  })
})

describe('what may be kept and shown of an image', () => {
  const lines = (text: string): readonly string[] => disclosed(imageOf(text), (hidden) => `(${hidden.length})`).split('\n')
  const onlyIn = (one: string, other: string): readonly string[] => lines(one).filter((line) => !lines(other).includes(line))

  it('is a line for each field, by the names of containers, completed', () => {
    const after = dockerNow.replace('27.5.1', '28.0.0').replace('    net: host\n', '    net: host\n    pid: host\n')
    expect(onlyIn(dockerNow, after)).toEqual(['services.docker.image: "docker.io/library/docker:27.5.1-dind"'])
    expect(onlyIn(after, dockerNow)).toEqual([
      'services.docker.image: "docker.io/library/docker:28.0.0-dind"',
      'services.docker.pid: "host"',
    ])
  })

  it('does not depend on how the file is written', () => {
    const other = `# other\n${stringify(reversed(parse(dockerNow)))}`
    expect(lines(other).toSorted()).toEqual(lines(dockerNow).toSorted())
    expect(lines(stringify({ services: [reversed(parse('{name: a, image: "x/a:1", command: [b], net: host}'))] }))).toEqual(
      lines('services: [{name: a, image: "x/a:1", command: [b], net: host}]'),
    )
  })

  it('has the order of containers, and tells two of one name apart', () => {
    const text = (...names: readonly string[]): string =>
      `onboot:\n${names.map((name) => `  - {name: ${name}, image: "x/${name}:1"}\n`).join('')}`
    const names = (of: string): readonly string[] => lines(of).filter((line) => line.includes('.name'))
    expect(names(text('a', 'b', 'a'))).toEqual(['onboot.a.name: "a"', 'onboot.b.name: "b"', 'onboot.a#2.name: "a"'])
    expect(names(text('b', 'a'))).toEqual(['onboot.b.name: "b"', 'onboot.a.name: "a"'])
  })

  it('holds no contents of files, no values of environment variables and no long texts', () => {
    const long = 'x'.repeat(500)
    const text = stringify({
      onboot: [{ name: 'a', image: 'x/a:1', env: ['PASSWORD=hunter2=3', 'DEBUG'], command: [long] }],
      files: [{ path: 'etc/key', contents: 'hunter4' }],
    })
    expect(lines(text).filter((line) => /env|command|contents/.test(line))).toEqual([
      'onboot.a.command[0]: "(500)"',
      'onboot.a.env[0]: "PASSWORD=(9)"',
      'onboot.a.env[1]: "DEBUG"',
      'files.etc/key.contents: "(7)"',
    ])
    expect(coveredTexts([{ file: 'a.yml', text }]).get('a.yml')).not.toMatch(/hunter/)
  })
})
