import type { ImageIdentity } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { parse, wants } from '../src/index.ts'
import { desiredOf, problemsOf, warningsOf } from './reading.ts'

const digest = 'a1b2c3d4e5f6'.padEnd(64, '0')
const known: ImageIdentity = { digest, diagnostics: [] }
const outside = { images: { 'docker-host': known } }

const fleet = (image: string, iso = '${images.docker-host}') => `stack: s
providers:
  lab: { plugin: sim, endpoint: there }
images:
  docker-host: ${image}
groups:
  web:
    size: 2
    instance: { provider: lab, memory: 1GiB, label: "${iso}" }
`
const plain = '{ plugin: press, source: docker.yml, push: { provider: lab } }'

test('an image is a unit with one object for each version, and says before it is made where it will be', () => {
  const { units } = desiredOf(fleet(plain), outside)
  const image = units.find(({ name }) => name === 'image.docker-host')
  const web = units.find(({ name }) => name === 'group.web')
  expect(image).toMatchObject({
    shape: { kind: 'versions', wanted: 'a1b2c3d4e5f6', keep: 2 },
    type: 'sim/image',
    provider: 'lab',
    inputs: {
      name: 'docker-host',
      digest,
      format: 'iso',
      plugin: 'press',
      config: { source: 'docker.yml' },
      shelf: 'top',
    },
  })
  expect(web).toMatchObject({ inputs: { label: 'there/top/docker-host-a1b2c3d4e5f6.iso' }, dependsOn: ['image.docker-host'] })
})

test('a reference may name one of the paths of the image, or its version', () => {
  const labelOf = (iso: string) => desiredOf(fleet(plain, iso), outside).units.find(({ name }) => name === 'group.web')?.inputs['label']
  expect(labelOf('${images.docker-host.iso}')).toBe('there/top/docker-host-a1b2c3d4e5f6.iso')
  expect(labelOf('v ${images.docker-host.version}')).toBe('v a1b2c3d4e5f6')
})

test('a machine cannot boot from an image that is pushed to another provider, though it may name its version', () => {
  const elsewhere = (iso: string) =>
    fleet(plain, iso)
      .replace('providers:', 'providers:\n  other: { plugin: sim, endpoint: here }')
      .replace('provider: lab, memory', 'provider: other, memory')
  expect(problemsOf(elsewhere('${images.docker-host}'), outside)).toEqual([
    expect.stringMatching(
      /^FORGE2040 10:\d+ image\.docker-host is pushed to the provider "lab", and this machine is of "other"\. .*push: \{ provider: other \}/,
    ),
  ])
  expect(problemsOf(elsewhere('${images.docker-host.version}'), outside)).toEqual([])
})

test('what the image is made of is asked for before anything is decoded', () => {
  const document = parse([{ file: 'f', text: fleet(plain) }])
  expect(document.ok && wants(document.value)).toMatchObject({
    imagePlugins: ['press'],
    images: [{ name: 'docker-host', plugin: 'press', block: { plugin: 'press', source: 'docker.yml', push: { provider: 'lab' } } }],
  })
})

test.each([
  ['{ plugin: press, source: d, push: { provider: lba } }', 'FORGE2005'],
  ['{ plugin: press, source: d, push: { provider: lab, shelve: low } }', 'FORGE1012'],
  ['{ plugin: press, source: d }', 'FORGE1013'],
  ['{ plugin: press, push: { provider: lab } }', 'FORGE1013'],
  ['{ plugin: print, source: d, push: { provider: lab } }', 'FORGE2007'],
  ['{ plugin: press, source: "${var.x}", push: { provider: lab } }', 'FORGE2010'],
  ['{ plugin: press, source: d, keep: 0, push: { provider: lab } }', 'FORGE1015'],
])('%s is told with its place (%s)', (image, code) => {
  const problems = problemsOf(fleet(image), outside)
  expect(problems.length).toBeGreaterThan(0)
  expect(problems[0]).toMatch(new RegExp(`^${code} 5:`))
})

test('a provider that takes no images is named', () => {
  const text = fleet('{ plugin: press, source: d, push: { provider: box } }').replace('providers:', 'providers:\n  box: { plugin: bare }')
  expect(problemsOf(text, outside)).toEqual([expect.stringMatching(/^FORGE2039 6:\d+ The provider "box" \(bare\) takes no images/)])
})

test('what is found out about the source stands at the block, or where it was found', () => {
  const said = (severity: 'error' | 'warning', broken: boolean) => ({
    images: {
      'docker-host': {
        ...known,
        digest: broken ? null : digest,
        diagnostics: [{ severity, code: 'FORGE2038', summary: '', detail: 'no such file' }] as const,
      },
    },
  })
  expect(problemsOf(fleet(plain), said('error', true))).toEqual(['FORGE2038 5:3 no such file'])
  expect(warningsOf(fleet(plain), said('warning', false))).toEqual(['FORGE2038 5:3 no such file'])
})

test.each([
  ['${images.docker-hots}', /FORGE2004 9:\d+ No image "docker-hots" is configured.*Did you mean "docker-host"\?/],
  ['${images.docker-host.kernel}', /FORGE2002 9:\d+ The image "docker-host" has "iso", "version"/],
  ['${images}', /FORGE2002 9:\d+ Write images.NAME/],
])('%s is told', (iso, words) => {
  expect(problemsOf(fleet(plain, iso), outside)).toEqual([expect.stringMatching(words)])
})

test('an image cannot be moved, since its files bear its name', () => {
  const text = `${fleet(plain)}moved: [{ from: image.host, to: image.docker-host }]\n`
  expect(problemsOf(text, outside)).toEqual([expect.stringMatching(/^FORGE2025 .*The files of an image bear its name/)])
})

test.each([
  '{ plugin: press, source: "${var.token}", push: { provider: lab } }',
  '{ plugin: press, source: d, keep: "${var.token}", push: { provider: lab } }',
  '{ plugin: press, source: d, push: { provider: lab, shelf: "${var.token}" } }',
  '{ plugin: press, source: d, push: { provider: lab, shelf: "a ${var.token} b" } }',
])('no sensitive value comes into an image (%s)', (image) => {
  const text = `${fleet(image)}variables: { token: { sensitive: true } }\n`
  const problems = problemsOf(text, { ...outside, secrets: ['var:token'] })
  expect(problems).toEqual([expect.stringMatching(/^FORGE20(?:10|11) 5:/)])
})
