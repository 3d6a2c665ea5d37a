import { codes } from '@forgeplan/model'
import type { PlainMap } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { jsonSchema, parse, referenceMarkdown, snippetSources } from '../src/index.ts'
import { catalog } from './catalog.ts'
import { fits } from './fits.ts'
import { shop } from './shop.ts'

const schema = jsonSchema(catalog)
const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e } }\n'

test('the JSON Schema takes a good configuration', () => expect(fits(schema, parseYaml(shop))).toBe(true))

test.each([
  'grups: {}',
  'groups: { g: { size: 1 } }',
  'groups: { g: { size: 1, ids: [a], instance: { provider: p, memory: 1GiB } } }',
  'groups: { g: { size: x, instance: { provider: p, memory: 1GiB } } }',
  'groups: { g: { size: 1, instance: { provider: p, memory: 1GiB, cpu: 1 } } }',
  'groups: { g: { size: 1, instance: { provider: p, memory: 5 } } }',
  'groups: { G_1: { size: 1, instance: { provider: p, memory: 1GiB } } }',
  'instances: { i: { instance: { provider: p, memory: 1GiB, password: hunter2 } } }',
  'policy: { maxDestroy: many }',
  'flavors: { f: { plugin: nope } }',
])('the JSON Schema refuses %s', (text) => expect(fits(schema, parseYaml(base + text))).toBe(false))

test.each(['size: "${var.n}"', 'size: 3'])('the JSON Schema takes %s', (size) => {
  expect(
    fits(schema, parseYaml(`${base}groups: { g: { ${size}, instance: { provider: p, memory: "\${var.m}", cpus: "\${var.c}" } } }`)),
  ).toBe(true)
})

test('the reference names every key of the catalog, with defaults as they are written', () => {
  const text = referenceMarkdown(catalog)
  const machine = catalog.providers.get('sim')?.types.find(({ name }) => name === 'sim/machine')
  for (const key of Object.keys(machine?.inputs.fields ?? {})) expect(text).toContain(`| \`${key}\` |`)
  expect(text).toContain('| `healthTimeout` | a duration such as 60s or 10m, at least 1s | `5m` |')
  expect(text).toContain('`join(list, separator)`')
  expect(text).not.toContain('undefined')
})

test('snippets cover secrets and keep every place', () => {
  const text = `${base}variables: { v: { sensitive: true, default: canary1 } }\ninstances:\n  i: { instance: { provider: p, password: canary2, pasword: canary3, memory: 1GiB } }\n  j: { instance: { provider: p, password: env:SHOWN } }`
  const document = parse([{ file: 'f', text }])
  const shown = document.ok ? snippetSources(document.value, catalog).get('f') : undefined
  expect(shown).not.toContain('canary')
  expect(shown).toContain('provider: p, password: env:SHOWN')
  expect(shown?.indexOf('memory')).toBe(text.indexOf('memory'))
})

test('under a wrong name of a provider snippets cover what may be a secret, and nothing else', () => {
  const text = `${base}instances:\n  i: { instance: { provider: pp, cpus: 2, password: canary1, disks: [{ name: a, size: 1GiB }], other: canary2 } }`
  const document = parse([{ file: 'f', text }])
  const shown = document.ok ? snippetSources(document.value, catalog).get('f') : undefined
  expect(shown).toContain('provider: pp, cpus: 2, password: *******, disks: [{ name: a, size: 1GiB }], other: *******')
})

test('every code of the configuration has a title and an explanation', () => {
  for (const entry of Object.values(
    codes as Readonly<Record<string, PlainMap | { readonly title: string; readonly explanation: string }>>,
  )) {
    expect(String(entry['title'])).not.toMatch(/[.{}]$/)
    expect(String(entry['explanation'])).toMatch(/[.]$/)
  }
})
