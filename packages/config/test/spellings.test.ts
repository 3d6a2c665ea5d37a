import type { Value, ValueMap } from '@forgeplan/model'
import { canonicalJson, late } from '@forgeplan/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { format, jsonSchema, parse, referenceMarkdown, snippetSources } from '../src/index.ts'
import { patience, scale } from '../../../test/scale.ts'
import { catalog } from './catalog.ts'
import { fits } from './fits.ts'
import type { Outside } from './reading.ts'
import { desiredOf, problemsOf, read, warningsOf } from './reading.ts'

const mebibyte = 2 ** 20
const base = 'stack: s\nproviders: { p: { plugin: elder, grace: 1s } }\n'
/** An instance `i` whose machine's inputs begin at 3:44. */
const machine = (inputs: string, more = ''): string => `${base}instances: { i: { instance: { provider: p, ${inputs} } } }\n${more}`
const inputsOf = (inputs: string, more = '', outside: Outside = {}): ValueMap =>
  desiredOf(machine(inputs, more), outside).units[0]?.inputs ?? {}

describe('an old spelling is read as its field', () => {
  test.each<[string, string, Value]>([
    ['Memory: 512', 'memory', 512 * mebibyte],
    ['MEM: "1024"', 'memory', 1024 * mebibyte],
    ['memORY: 64', 'memory', 64 * mebibyte],
    ['mem: 4.5', 'memory', 4.5 * mebibyte],
    ['Memory: 2GiB', 'memory', 2048 * mebibyte],
    ['CPUs: 2', 'cpus', 2],
    ['cpuS: "4"', 'cpus', 4],
    ['Hostname: "10"', 'host', '10'],
    ['graceSeconds: 90', 'grace', 90_000],
    ['PowerOn: false', 'powerOn', false],
    ['disks: [{ name: a, SZ: 8 }]', 'disks', [{ name: 'a', size: 8 * mebibyte }]],
  ])('%s', (text, field, value) => expect(inputsOf(text)[field]).toEqual(value))

  test('also where an expression gives the number', () => {
    const variables = 'variables: { mb: { type: integer }, cpus: {} }'
    const vars = { mb: '64', cpus: '3' }
    expect(inputsOf('Memory: "${var.mb * 2}", CPUs: "${var.cpus}"', variables, { vars })).toMatchObject({ memory: 128 * mebibyte, cpus: 3 })
  })

  test('also where the number is known late', () => {
    const ordinal = late({ kind: 'member', field: 'ordinal' })
    const scaled = late({ kind: 'call', fn: 'multiply', args: [ordinal, mebibyte] })
    expect(inputsOf('Memory: "${member.ordinal}", CPUs: "${member.ordinal}"')).toMatchObject({ memory: scaled, cpus: ordinal })
  })

  test('of a secret, whose text is refused as under its own name', () => {
    expect(inputsOf('Pass: env:P', '', { secrets: ['env:P'] })['login']).toEqual(
      late({ kind: 'secret', source: 'env:P', digest: 'digest of env:P' }),
    )
    expect(problemsOf(machine('Pass: hunter2'))).toContainEqual(expect.stringContaining('FORGE1017 3:44'))
  })

  test('in groups and in settings of providers', () => {
    const text =
      'stack: s\nproviders: { p: { plugin: elder, grace: 1s, vcenter: v, Datacenter: d } }\ngroups: { g: { size: 1, instance: { provider: p, MEM: 8 } } }'
    const { providers, units } = desiredOf(text)
    expect(providers[0]?.settings).toMatchObject({ url: 'v', datacenter: 'd' })
    expect(units[0]?.inputs['memory']).toBe(8 * mebibyte)
  })
})

describe('the warning', () => {
  test('stands at the key, names the own spelling, and says what numbers count', () => {
    expect(warningsOf(machine('Memory: 512, CPUs: 2'))).toEqual([
      'FORGE1022 3:44 instances.i.instance.Memory is read as "memory", which is how forge spells it. Write "memory", with the unit behind the number; without one it counts 1MiB each here.',
      'FORGE1022 3:57 instances.i.instance.CPUs is read as "cpus", which is how forge spells it. Write "cpus".',
    ])
  })
  test('is not there for own spellings', () => expect(warningsOf(machine('memory: 512MiB, cpus: 2'))).toEqual([]))
  test('names the file of several', () => {
    const files = { 'a.yaml': base, 'b.yaml': 'instances:\n  i: { instance: { provider: p, MEM: 8 } }' }
    const result = read(files)
    expect(result.ok && result.warnings.map(({ span, severity }) => [span?.file, severity])).toEqual([['b.yaml', 'warning']])
    expect(warningsOf(files)).toEqual([expect.stringContaining('FORGE1022 2:33 ')])
  })
  test('does not crowd out errors, however many there are', () => {
    const block = (name: string, inputs: string): string => `  ${name}: { instance: { provider: p, ${inputs} } }\n`
    const many = Array.from({ length: 300 }, (_, i) => block(`i${i}`, 'MEM: 8')).join('')
    expect(warningsOf(`${base}instances:\n${many}`)).toHaveLength(201)
    expect(problemsOf(`${base}instances:\n${many}${block('z', 'cpus: x')}`)).toContainEqual(expect.stringContaining('FORGE1014 304:'))
  })
})

describe('refused', () => {
  test.each<[string, string, string]>([
    ['memory: 1GiB, Memory: 512', '3:58', '"memory" and "Memory" are one field'],
    ['Memory: 512, memory: 1GiB', '3:57', '"Memory" and "memory" are one field'],
    ['MEM: 512, Memory: 512', '3:54', '"MEM" and "Memory" are one field'],
  ])('%s', (inputs, at, says) => {
    const result = read(machine(inputs))
    const twice = result.ok ? [] : result.problems.filter(({ code }) => code === 'FORGE1007')
    expect(problemsOf(machine(inputs))).toContainEqual(expect.stringContaining(`FORGE1007 ${at} ${says}`))
    expect(twice.map(({ severity, related }) => [severity, related?.map(({ span }) => span.start)])).toEqual([
      ['error', [machine(inputs).indexOf(inputs)]],
    ])
  })

  test.each<[string, string]>([
    ['Label: x', 'FORGE1012 3:44 instances.i.instance has no key "Label". Its keys are'],
    ['Memroy: 1', 'Did you mean "memory"?'],
    ['memory: 512', 'FORGE1014 3:52 instances.i.instance.memory takes a size'],
    ['cpus: "2"', 'Remove the quotes.'],
    ['MEM: 1', 'FORGE1015 3:49 instances.i.instance.MEM takes a size such as 4GiB or 512MiB, at least 4MiB, and this is too small.'],
    ['MEM: much', 'FORGE1014 3:49 instances.i.instance.MEM takes a size'],
    ['MEM: -8', 'FORGE1014 3:49'],
    ['MEM: 9007199254740991', 'FORGE1014 3:49'],
    ['CPUs: "0"', 'FORGE1015 3:50'],
    ['Pass: [canary]', 'FORGE1017'],
  ])('%s', (inputs, says) => expect(problemsOf(machine(inputs)).join('\n')).toContain(says))

  test('what only one may hold, also if it is spelled in two ways', () => {
    const text = `${base}instances: { i: { instance: { provider: p, slot: 7 } }, j: { instance: { provider: p, Place: "7" } } }`
    expect(problemsOf(text)).toContainEqual(expect.stringContaining('FORGE3007 3:94 instance.i and instance.j would hold the same slot'))
  })
})

test('snippets cover a secret under an old spelling', () => {
  const document = parse([{ file: 'f', text: machine('Pass: { a: canary }, PASS: canary') }])
  expect(document.ok && snippetSources(document.value, catalog).get('f')).not.toContain('canary')
})

test('the formatter leaves old spellings alone', () => {
  const text = `${base}instances:\n  i: { instance: { provider: p, Memory: 512, CPUs: "1" } }\n`
  expect(format({ file: 'forge.yaml', text })).toMatchObject({ ok: true, value: text })
})

describe('the JSON Schema', () => {
  const schema = jsonSchema(catalog)
  test.each(['Memory: 512, CPUs: "2"', 'MEM: "64"', 'Memory: 1GiB', 'disks: [{ name: a, SZ: 8 }]', 'Memory: "${var.mb}"'])(
    'takes %s',
    (inputs) => expect(fits(schema, parseYaml(machine(inputs)))).toBe(true),
  )
  test.each(['Memory: many', 'Label: x', 'memory: 512', 'CPUs: many', 'PowerOn: 1'])('refuses %s', (inputs) =>
    expect(fits(schema, parseYaml(machine(inputs)))).toBe(false),
  )
  test('marks old spellings as deprecated', () =>
    expect(JSON.stringify(schema)).toContain('"Memory":{"description":"An old spelling of memory.","deprecated":true'))
})

test('the reference lists old spellings and what they count', () =>
  expect(referenceMarkdown(catalog)).toContain('Memory. Old spellings: `Memory`, `MEM`, where a plain number counts 1MiB each. |'))

type Written = readonly [own: string, old: string]
const recased = (name: string, bits: number): string =>
  name
    .split('')
    .map((letter, i) => ((bits >> (i % 30)) & 1 ? letter.toUpperCase() : letter.toLowerCase()))
    .join('')

const writtenMemory = fc
  .tuple(fc.integer({ min: 4, max: 2 ** 20 }), fc.constantFrom('Memory', 'MEM'), fc.nat(), fc.boolean())
  .map(([amount, name, bits, quoted]): Written => {
    // All small is forge's own spelling, which counts bytes.
    const key = recased(name, bits)
    return [`memory: ${amount}MiB`, `${key === 'memory' ? 'Memory' : key}: ${quoted ? `"${amount}"` : amount}`]
  })
const writtenCpus = fc
  .tuple(fc.integer({ min: 1, max: 64 }), fc.constantFrom('CPUs', 'CPUS', 'Cpus'), fc.boolean())
  .map(([amount, key, quoted]): Written => [`cpus: ${amount}`, `${key}: ${quoted ? `"${amount}"` : amount}`])
const writtenHost = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,8}$/), fc.nat())
  .map(([host, bits]): Written => [`host: "${host}"`, `${recased('Hostname', bits)}: "${host}"`])
const writtenDisk = fc.integer({ min: 0, max: 9999 }).map((amount): Written => {
  const disk = (key: string): string => `disks: [{ name: a, ${key} }]`
  return [disk(`size: ${amount}MiB`), disk(`sz: ${amount}`)]
})

test('a configuration in old spellings is the same as one in those of forge', { timeout: patience }, () => {
  const inputs = fc.tuple(writtenMemory, writtenCpus, writtenHost, writtenDisk).chain((all) => fc.shuffledSubarray([...all]))
  fc.assert(
    fc.property(inputs, (chosen) => {
      const [own, old] = [0, 1].map((which) => machine(chosen.map((pair) => pair[which]).join(', ')))
      expect(canonicalJson(desiredOf(old ?? ''))).toBe(canonicalJson(desiredOf(own ?? '')))
      expect(warningsOf(own ?? '')).toEqual([])
      expect(warningsOf(old ?? '')).toHaveLength(chosen.length)
    }),
    { numRuns: scale === 'full' ? 2000 : 200 },
  )
})
