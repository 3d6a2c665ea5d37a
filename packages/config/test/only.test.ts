import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { jsonSchema, parse, snippetSources, wants } from '../src/index.ts'
import { catalog } from './catalog.ts'
import { fits } from './fits.ts'
import { desiredOf, problemsOf } from './reading.ts'

const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: there } }\n'
const instance = (keys: string): string => `${base}instances:\n  i: { instance: { provider: p, ${keys} } }\n`
const inputsOf = (text: string, images = {}) => desiredOf(text, { images }).units.map(({ inputs }) => inputs)

test('the keys for the plugin of the provider count, in place of those beside them; others are passed over', () => {
  const [inputs] = inputsOf(instance('memory: 1GiB, cpus: 2, only: { sim: { memory: 2GiB }, cloud: { memory: 3GiB, zone: north } }'))
  expect(inputs).toMatchObject({ memory: 2 * 2 ** 30, cpus: 2 })
  expect(inputs).not.toHaveProperty('only')
  expect(inputs).not.toHaveProperty('zone')
})

test('they are told apart in groups and in images, too', () => {
  const [web] = inputsOf(`${base}groups: { web: { size: 1, instance: { provider: p, only: { sim: { memory: 1GiB } } } } }`)
  expect(web).toMatchObject({ memory: 2 ** 30 })
  const push = '{ provider: p, only: { sim: { shelf: low }, cloud: { bucket: b } } }'
  const [os] = inputsOf(`${base}images: { os: { plugin: press, source: a.yml, push: ${push} } }`, {
    os: { digest: 'a'.repeat(64), diagnostics: [] },
  })
  expect(os).toMatchObject({ shelf: 'low' })
})

test.each([
  ['memory: 1GiB, only: 5', 'FORGE1014 4:53 instances.i.instance.only takes a map'],
  ['memory: 1GiB, only: { sim: 5 }', 'instances.i.instance.only.sim is a map of keys'],
  ['memory: 1GiB, only: { simm: { cpus: 2 } }', 'No provider here is of the plugin "simm". Did you mean "sim"?'],
  ['memory: 1GiB, only: { sim: { cpu: 2 } }', 'FORGE1012 4:62 instances.i.instance has no key "cpu"'],
  ['only: { cloud: { memory: 1GiB } }', 'memory'],
  ['memory: 1GiB, only: { sim: { provider: q } }', 'FORGE1012 4:62 "provider" cannot stand under only.'],
  ['memory: 1GiB, only: { sim: { only: { sim: { cpus: 2 } } } }', 'FORGE1012 4:62 "only" cannot stand under only.'],
])('refuses %s', (keys, why) => {
  expect(problemsOf(instance(keys)).join('\n')).toContain(why)
})

test('two plugins whose names are nearly the same are no slip', () => {
  const providers = 'providers: { p: { plugin: ./one.mjs }, q: { plugin: ./two.mjs }, r: { plugin: ./ones.mjs } }'
  const only = 'only: { ./one.mjs: { a: 1 }, ./two.mjs: { a: 2 }, ./ones.mjs: { a: 3 } }'
  const parsed = parse([{ file: 'f', text: `stack: s\n${providers}\ninstances: { i: { instance: { provider: p, ${only} } } }` }])
  expect(parsed.ok && parsed.value.passed).toHaveLength(2)
})

test('what is passed over is not asked for, and is covered where the text is shown', () => {
  const parsed = parse([{ file: 'f', text: instance('memory: 1GiB, only: { cloud: { token: canary, zone: "${env.ZONE}" } }') }])
  if (!parsed.ok) throw new Error('it is good')
  expect(wants(parsed.value).environment).toEqual([])
  const shown = snippetSources(parsed.value, catalog).get('f') ?? ''
  expect([shown.includes('canary'), shown.includes('memory: 1GiB, only: { cloud: ')]).toEqual([false, true])
})

test.each([
  ['memory: 1GiB, only: { sim: { cpus: 2 } }', true],
  ['only: { sim: { memory: 1GiB } }', true],
  ['only: 5, memory: 1GiB', false],
  ['memory: 1GiB, only: { sim: {} }, other: {}', false],
])('the JSON Schema takes %s: %s', (keys, isGood) => {
  expect(fits(jsonSchema(catalog), parseYaml(instance(keys)))).toBe(isGood)
})
