import { late } from '@forgeplan/model'
import type { Unit, Value } from '@forgeplan/model'
import { describe, expect, test } from 'vitest'
import { parse, wants } from '../src/index.ts'
import type { Outside } from './reading.ts'
import { desiredOf, read } from './reading.ts'
import { shop, shopOutside } from './shop.ts'

const desired = desiredOf(shop, shopOutside)
const unit = (name: string): Unit => desired.units.find((candidate) => candidate.name === name) as Unit
const base = 'stack: s\nproviders: { p: { plugin: sim, endpoint: e } }\n'
/** The value of an output that is written as `text`. */
const output = (text: string, outside: Outside = {}, more = ''): Value | undefined =>
  desiredOf(`${base}${more}\noutputs:\n  x: ${text}`, outside).outputs[0]?.value
const field = (name: string, text: string, more = '', outside: Outside = {}): Value | undefined =>
  desiredOf(`${base}${more}\ninstances: { i: { instance: { provider: p, memory: 1GiB, ${name}: ${text} } } }`, outside).units[0]?.inputs[
    name
  ]

test('commands run inside of machines that forge can log in to', () => {
  const text = `stack: s
providers: { p: { plugin: sim, endpoint: e, token: 'env:TOKEN' } }
flavors: { f: { plugin: vanilla, check: [up] } }
groups:
  g: { size: 1, instance: { provider: p, memory: 1GiB }, flavor: f }`
  expect(desiredOf(text, { secrets: ['env:TOKEN'] }).units[0]?.flavor?.config).toMatchObject({ check: ['up'] })
})

describe('a whole configuration', () => {
  test('has the stack with its environment', () => expect(desired.stack).toBe('shop/prod'))
  test('has sizes in bytes and durations in milliseconds', () => {
    expect(unit('group.db').inputs['memory']).toBe(512 * 2 ** 20)
    expect(unit('instance.nfs').healthTimeoutMs).toBe(90_000)
    expect(unit('group.web').healthTimeoutMs).toBe(300_000)
  })
  test('has defaults and keyed lists in order of their key', () => {
    expect(unit('group.web').inputs['firmware']).toBe('bios')
    expect(unit('group.web').inputs['disks']).toEqual([
      { name: 'a', size: 2 * 2 ** 30, retain: false },
      { name: 'z', size: 2 ** 30, retain: false },
    ])
  })
  test('has ids in natural order', () => expect(unit('group.db').shape).toEqual({ kind: 'ids', ids: ['a2', 'a10', 'b'] }))
  test('has units of the type that they name, to which others refer by its outputs', () => {
    const { units } = desiredOf(
      `${base}instances:\n  s: { instance: { provider: p, type: shelf, room: a } }\n  m: { instance: { provider: p, type: machine, memory: 1GiB, label: "${'${instances.s.path}'}" } }`,
    )
    expect(units.map(({ type, inputs, dependsOn }) => [type, Object.hasOwn(inputs, 'type'), dependsOn])).toEqual([
      ['sim/machine', false, ['instance.s']],
      ['sim/shelf', false, []],
    ])
  })
  test('has the size that an expression gives', () => expect(unit('group.web').shape).toEqual({ kind: 'sized', size: 3 }))
  test('has implied dependencies, from inputs and from the flavor', () => {
    expect(unit('group.web').dependsOn).toEqual(['instance.nfs'])
    expect(unit('group.db').dependsOn).toEqual(['group.web'])
  })
  test('has the policy of the block before that of the file', () => {
    expect(unit('group.web').policy).toEqual({ preventDestroy: true, onDestroy: 'keep', ignoreChanges: ['memory'] })
    expect(desired.maxDestroy).toEqual({ kind: 'count', count: 2 })
  })
  test('follows chains of moves to their end', () => {
    expect(desired.moved).toEqual([
      { from: 'group.old', to: 'group.web' },
      { from: 'group.older', to: 'group.web' },
    ])
  })
  test('names the secrets that it needs again from outside, and nothing whose value stands in it', () => {
    expect(desired.requires).toEqual(shopOutside.secrets?.toSorted().map((source) => ({ source, digest: `digest of ${source}` })))
  })
  test('knows where its blocks stand', () => {
    const result = read(shop, shopOutside)
    const span = result.ok ? result.places.get('group.web') : undefined
    expect(shop.slice(span?.start, (span?.end ?? 0) + 1)).toBe('web:')
    expect(result.ok && [...result.places.keys()].toSorted()).toEqual([
      'flavor.web',
      'group.db',
      'group.web',
      'instance.nfs',
      'moved.0',
      'moved.1',
      'output.all',
      'output.url',
      'provider.local',
    ])
  })
})

describe('an expression', () => {
  test.each<[string, Value]>([
    ['${1 + 2 * 3}', 7],
    ['${(1 + 2) * 3}', 9],
    ['${-1 - -2}', 1],
    ['${10 / 4}', 2.5],
    ['${7 - 2 - 1}', 4],
    ['${1 < 2 && !(2 >= 3) || 1 / 0 == 1}', true],
    ['${1 > 2 ? "a" : 2 != 2 ? "b" : "c"}', 'c'],
    ['${"a" == "a"}', true],
    ["${upper('a') == 'A' ? env.NOT_SET : 1}".replace("'A'", "'B'"), 1],
    ['a${1}b${true}c', 'a1btruec'],
    ['$${x} and ${"}"}', '${x} and }'],
    ['${split("a,b", ",")[1]}', 'b'],
    ['${pad(7, 3)}', '007'],
    ['${stack.name}-${stack.env}', 's-'],
    ['"${\'a b\'}"', 'a b'],
  ])('%s is %j', (text, value) => expect(output(text.startsWith('"') ? text : `'${text.replaceAll("'", "''")}'`)).toEqual(value))
  test('of a reference to a machine stays late', () => {
    const more = 'instances: { n: { instance: { provider: p, memory: 1GiB } } }'
    const leaf = late({ kind: 'output', of: 'instance.n' as never, path: ['ports', 'http'] })
    expect(output('${instances.n.ports.http}', {}, more)).toEqual(leaf)
    expect(output('x${instances.n.ports["http"]}', {}, more)).toEqual(late({ kind: 'call', fn: 'concat', args: ['x', leaf] }))
  })
  test('of a group is a list, and of its member a single value', () => {
    const more = 'groups: { g: { size: 2, instance: { provider: p, memory: 1GiB } } }'
    expect(output('${groups.g}', {}, more)).toEqual(late({ kind: 'members', group: 'g', path: [] }))
    expect(output('${groups.g.ip}', {}, more)).toEqual(late({ kind: 'members', group: 'g', path: ['ip'] }))
    expect(output('${groups.g.ip[0]}', {}, more), 'the first of the list').toEqual(
      late({ kind: 'call', fn: 'get', args: [late({ kind: 'members', group: 'g', path: ['ip'] }), 0] }),
    )
    expect(output('${groups.g[2].ip}', {}, more)).toEqual(late({ kind: 'output', of: 'group.g/2' as never, path: ['ip'] }))
  })
  test('with a text that is a number fits where a number is wanted', () => {
    expect(field('cpus', '"${var.n}"', 'variables: { n: {} }', { vars: { n: '4' } })).toBe(4)
    expect(field('protect', '"${var.n}"', 'variables: { n: {} }', { vars: { n: 'true' } })).toBe(true)
    expect(field('hostname', '"${var.n}"', 'variables: { n: { type: integer } }', { vars: { n: '5' } })).toBe('5')
  })
  test('may yield a whole list', () => {
    const vars = { disks: '[{"name":"b","size":"1GiB"},{"name":"a","size":"2GiB"}]' }
    expect(field('disks', '"${var.disks}"', 'variables: { disks: { type: list } }', { vars })).toEqual(
      [
        { name: 'a', size: 2 ** 31 },
        { name: 'b', size: 2 ** 30 },
      ].map((disk) => ({ ...disk, retain: false })),
    )
  })
  test('with a sensitive variable never holds its text', () => {
    const secret = late({ kind: 'secret', source: 'var:v', digest: 'digest of var:v' })
    const outside: Outside = { secrets: ['var:v'], vars: { v: 'canary' } }
    const more = 'variables: { v: { sensitive: true } }'
    expect(field('hostname', '"${var.v}"', more, outside)).toEqual(secret)
    expect(field('password', '"${var.v}"', more, outside)).toEqual(secret)
    expect(JSON.stringify(desiredOf(`${base}${more}\noutputs: { x: { value: "\${var.v}", sensitive: true } }`, outside))).not.toContain(
      'canary',
    )
  })
})

describe('several files', () => {
  const parts = {
    'a.yaml': 'stack: s\ngroups:\n  a: { size: 1, instance: { provider: p, memory: 1GiB } }',
    'b.yaml': 'groups:\n  b: { size: 1, instance: { provider: p, memory: 1GiB } }\nproviders: { p: { plugin: sim, endpoint: e } }',
  }
  test('are one configuration', () => expect(desiredOf(parts).units.map(({ name }) => name)).toEqual(['group.a', 'group.b']))
  test('may not define a name twice', () => {
    const result = read({ ...parts, 'c.yaml': 'groups: { a: {} }' })
    expect(result.ok ? [] : result.problems.map(({ code, span }) => [code, span?.file])).toEqual([['FORGE1007', 'c.yaml']])
  })
})

test('a byte order mark and CRLF line ends change nothing', () => {
  expect(desiredOf(`\ufeff${shop.replaceAll('\n', '\r\n')}`, shopOutside)).toEqual(desired)
})

test('aliases repeat what their anchor holds', () => {
  const text = `${base}groups:\n  a: { size: 1, instance: &m { provider: p, memory: 1GiB } }\n  b: { size: 2, instance: *m }`
  expect(desiredOf(text).units.map(({ inputs }) => inputs['memory'])).toEqual([2 ** 30, 2 ** 30])
})

test('what is wanted from outside is known without the catalog, even where the document has mistakes', () => {
  const document = parse([{ file: 'f', text: `${shop}nonsense: [env:OTHER, "\${env.A ? env.B : file('y')} \${"]` }])
  const broken = parse([{ file: 'f', text: `${shop}nonsense: [env:OTHER, "\${env.A ? env.B : file('y')}"]` }])
  expect(document.ok && wants(document.value).environment).toEqual(['HOST'])
  expect(broken.ok && wants(broken.value)).toEqual({
    plugins: ['sim'],
    flavorPlugins: ['vanilla'],
    imagePlugins: [],
    images: [],
    environment: ['A', 'B', 'HOST'],
    files: ['x.sh', 'y'],
    secrets: ['env:OTHER', 'env:TOKEN', 'file:secrets/db', 'var:password'],
    variables: [
      { name: 'password', sensitive: true, hasDefault: false },
      { name: 'size', sensitive: false, hasDefault: true },
      { name: 'zones', sensitive: false, hasDefault: true },
    ],
  })
})

test('what only one object may hold may be different for each, or known late', () => {
  const text = 'stack: s\nproviders: { b: { plugin: bare }, c: { plugin: bare } }\n'
  const groups =
    'groups: { g: { size: 2, instance: { provider: b, slot: "${member.ordinal}" } }, h: { size: 1, instance: { provider: b, slot: 7 } } }\n'
  const others = 'instances: { i: { instance: { provider: c, slot: 7 } }, j: { instance: { provider: b, slot: 8 } } }'
  expect(read(text + groups + others).ok).toBe(true)
})

test('where successors come first, a member of any number may stand', () => {
  const group = (update: string) =>
    read(
      `${base}groups: { g: { size: 2, instance: { provider: p, memory: 1GiB }, update: ${update} } }\noutputs: { a: "\${groups.g['5'].ip}" }`,
    )
  expect(group('{ maxSurge: 1 }').ok).toBe(true)
  expect(group('{ order: create-first }').ok).toBe(true)
  expect(group('{ order: delete-first }').ok).toBe(false)
})
