import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import { decode, format, parse } from '../src/index.ts'
import { patience, scale } from '../../../test/scale.ts'
import { catalog } from './catalog.ts'
import { inputsOf } from './reading.ts'
import { shop, shopOutside } from './shop.ts'

const runs = scale === 'full' ? 2000 : 200

const formatted = (text: string): string => {
  const result = format({ file: 'forge.yaml', text })
  if (!result.ok) throw new Error(result.problems.map(({ detail }) => detail).join('\n'))
  return result.value
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`

test('indentation is two blanks, lists stand inside of their key, and values one blank behind it', () => {
  expect(formatted('a:\n      b:   1\n      c:\n      - x\n      -    y\n')).toBe(lines('a:', '  b: 1', '  c:', '    - x', '    - y'))
})

test('maps have blanks inside of their braces, lists have none', () => {
  expect(formatted('a: {b:   1,c: [ 1,2 ,  {d: 3}]}\ne: [ ]\nf: { }\n')).toBe(lines('a: { b: 1, c: [1, 2, { d: 3 }] }', 'e: []', 'f: {}'))
})

test('brackets over several lines become a block', () => {
  expect(formatted('a: {\n  b: 1, # one\n  c: [1,\n 2]\n}\n')).toBe(lines('a:', '  b: 1 # one', '  c:', '    - 1', '    - 2'))
})

test('at most one empty line stays, and exactly one line end', () => {
  expect(formatted('a: 1\n\n\n\nb: 2\n\n\n')).toBe(lines('a: 1', '', 'b: 2'))
  expect(formatted('a: 1')).toBe('a: 1\n')
})

test('blanks behind a text that is the whole file go at once', () => {
  expect(formatted('  ...\n,...\n  \t')).toBe(lines('  ...', ',...'))
})

test('line ends are LF, and a byte order mark and blanks behind a comment go', () => {
  expect(formatted('\uFEFFa: 1 # one  \r\nb: |\r\n  x\r\n  y\r\n')).toBe(lines('a: 1 # one', 'b: |', '  x', '  y'))
})

test('quotes, numbers and anchors stay as they are written', () => {
  const text = lines('a: "1"', "b: 'x'", 'c: 0x10', 'd: 1.50', 'e: 08', 'f: &here { g: 1 }', 'h: *here', 'i: 1e3', 'j:', 'k: ~')
  expect(formatted(text)).toBe(text)
})

test('line breaks inside of texts stay', () => {
  const text = lines(
    'a: |',
    '  one',
    '    two',
    'b: >',
    '  one',
    '  two',
    '',
    '  three',
    'c: >-',
    '  one',
    'd: one',
    '  two',
    'e: "one',
    '  two"',
  )
  expect(formatted(text)).toBe(text)
})

test('a long text or list is not broken', () => {
  const text = lines(`a: ${'word '.repeat(60)}end`, `b: [${Array.from({ length: 80 }, (_, i) => `n${i}`).join(', ')}]`)
  expect(formatted(text)).toBe(text)
})

test('comments stay before what they stand before, and in the block whose depth they have', () => {
  const text = lines('# top', 'a:', '  b: 1 # one', '  # c: 2', '# about d', 'd: 3', '', '# end')
  expect(formatted(text)).toBe(text)
})

test('bad YAML is told with its place and not formatted', () => {
  const result = format({ file: 'forge.yaml', text: 'a: [1\nb: }' })
  expect(result.ok).toBe(false)
})

test.each(['quickstart', 'dependencies', 'environments', 'group-by-ids'])('the example %s is formatted', (name) => {
  const text = readFileSync(new URL(`../../../examples/${name}/forge.yaml`, import.meta.url), 'utf8')
  expect(formatted(text)).toBe(text)
})

const decoded = (text: string): unknown => {
  const document = parse([{ file: 'forge.yaml', text }])
  if (!document.ok) return document.problems.map(({ code }) => code)
  const config = decode(document.value, catalog, inputsOf(shopOutside))
  // Places move, and nothing else does.
  const bare = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value)
  const result = config.ok ? config.value : config.problems.map(({ code }) => code)
  return JSON.parse(
    JSON.stringify(result, (key, value: unknown) => (/span|start|end|text|offset|places?$/i.test(key) ? undefined : bare(key, value))),
  )
}

const messes: readonly ((text: string, at: number) => string)[] = [
  (text, at) => insert(text, at, ' # a comment \n'),
  (text, at) => insert(text, at, '\n\n\n'),
  (text, at) => insert(text, at, '# a comment\n'),
  (text, at) => insert(text, at, '   # deep\n'),
  (text, at) => insert(text, at, '   \n'),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => text.replaceAll(': ', ':    '),
  (text) => text.replaceAll('{ ', '{').replaceAll(' }', '}'),
  (text) => text.replaceAll('{ ', '{\n                    '),
  (text) => text.replaceAll(', ', ',\n                    '),
  (text) => text.replaceAll(/^( +)/gm, '$1$1$1'),
  (text) => stringify(parseYaml(text), { indent: 4, lineWidth: 30 }),
  (text) => stringify(parseYaml(text), { collectionStyle: 'flow' }),
]

const insert = (text: string, at: number, what: string): string => {
  const rows = text.split('\n')
  const row = at % rows.length
  return [
    ...rows.slice(0, row),
    `${rows[row] ?? ''}${what.startsWith(' #') ? what.trimEnd() : ''}`,
    ...(what.startsWith(' #') ? [] : [what.replace(/\n$/, '')]),
    ...rows.slice(row + 1),
  ].join('\n')
}

test('formatting keeps what the configuration says, and a second time changes nothing', { timeout: patience }, () => {
  const mess = fc.array(fc.tuple(fc.nat(messes.length - 1), fc.nat(500)), { maxLength: 4 })
  fc.assert(
    fc.property(mess, (steps) => {
      const text = steps.reduce((now, [which, at]) => {
        const next = messes[which]?.(now, at) ?? now
        return format({ file: 'f', text: next }).ok ? next : now
      }, shop)
      const once = formatted(text)
      expect(formatted(once)).toBe(once)
      expect(decoded(once)).toEqual(decoded(text))
      // A carriage return in the middle of a line is a part of what the line says.
      expect(once).not.toMatch(/\r\n|[^\n]$/)
    }),
    { numRuns: runs / 4 },
  )
})

test('whatever YAML it is given, it neither throws nor changes what it says', { timeout: patience }, () => {
  const scrap = fc.constantFrom(
    'a: ',
    'b:\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&x ',
    '*x',
    '|\n',
    '>\n',
    '>+\n',
    '|2\n',
    '# c\n',
    ' # d\n',
    '\n',
    '\r\n',
    '? ',
    'x',
    '1',
    '---\n',
    '...\n',
    '!!str ',
    'z: 1\n',
    '\t',
  )
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 25 }), (pieces) => {
      const text = pieces.join('')
      const result = format({ file: 'f', text })
      if (!result.ok) return
      expect(formatted(result.value)).toBe(result.value)
      expect(rooted(result.value)).toEqual(rooted(text))
    }),
    { numRuns: runs * 4 },
  )
})

const rooted = (text: string): unknown => parseYaml(text, { uniqueKeys: false, logLevel: 'silent' })
