import { canonicalJson } from '@forgeplan/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import { decode, expand, parse, snippetSources, wants } from '../src/index.ts'
import { catalog } from './catalog.ts'
import { desiredOf, inputsOf, read } from './reading.ts'
import { shop, shopOutside } from './shop.ts'

const runs = process.env['FORGE_TEST_SCALE'] === 'full' ? 2000 : 300

const shuffled = (value: unknown, order: (length: number) => readonly number[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(order(entries.length).map((i) => [entries[i]?.[0] ?? '', shuffled(entries[i]?.[1], order)]))
}

test('the order of keys changes nothing', () => {
  const before = canonicalJson(desiredOf(shop, shopOutside))
  const tree: unknown = parseYaml(shop)
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const next = (): number => numbers.next().value as number
      const order = (length: number): readonly number[] =>
        Array.from({ length }, (_, i) => [next(), i] as const)
          .toSorted((a, b) => a[0] - b[0])
          .map(([, i]) => i)
      expect(canonicalJson(desiredOf(stringify(shuffled(tree, order)), shopOutside))).toBe(before)
    }),
    { numRuns: Math.min(runs, 200) },
  )
})

const scraps = [
  '${',
  '}',
  '"',
  "'",
  ':',
  '\n',
  '  ',
  '- ',
  '[',
  ']',
  '{',
  '&a ',
  '*a',
  '!!x ',
  '|',
  '>',
  '#',
  '\0',
  '\ud800',
  '$',
  '__proto__',
  '.',
  '${var.size}',
  '${instances.nfs}',
  'null',
  '1e999',
  '\ufeff',
  '\r',
  '\t',
  '? ',
  '%',
  '---\n',
  '<<',
]
const edit = fc.record({ at: fc.nat(shop.length), cut: fc.nat(12), put: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 5 })) })
const mutated = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut), shop))

test('no text makes it throw, and every place lies in the file', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const document = parse([{ file: 'forge.yaml', text }])
      if (document.ok) {
        wants(document.value)
        expect(snippetSources(document.value, catalog).get('forge.yaml')).toHaveLength(text.length)
        const config = decode(document.value, catalog, inputsOf(shopOutside))
        if (config.ok) expect(expand(config.value).ok).toBe(true)
      }
      const result = read(text, shopOutside)
      const problems = result.ok ? [] : result.problems
      for (const { span } of problems)
        if (span !== undefined) expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true)
      expect(result.ok || problems.length > 0).toBe(true)
    }),
    { numRuns: runs * 3 },
  )
})

test('any text between ${ and } is a value or a problem', () => {
  const piece = fc.constantFrom(
    'var.size',
    '(',
    ')',
    '[',
    ']',
    '?',
    ':',
    '+',
    '-',
    '!',
    '&&',
    '==',
    '1',
    '"x"',
    ' ',
    '.',
    ',',
    'upper',
    'groups.web',
    'env.HOST',
    'file(',
    '}',
    '${',
    '\\',
    'ip',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `${shop.replace('http://${instances.nfs.ip}/', JSON.stringify(`\${${pieces.join('')}}`))}`
      const result = read(text, shopOutside)
      expect(result.ok || result.problems.length > 0).toBe(true)
    }),
    { numRuns: runs * 3 },
  )
})
