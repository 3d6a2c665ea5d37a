import type { ObjectSchema, Schema } from '@forgeplan/model'
import { rootShape } from '../src/index.ts'

/** One field of the schema, and how to write a file that holds it with any value. */
export interface FieldCase {
  /** `services[].resources.cpu.shares` */
  readonly path: string
  readonly name: string
  readonly schema: Schema
  readonly write: (value: unknown) => string
}

type Wrap = (value: unknown) => unknown

// What a field takes where not every value of its kind makes sense.
const samples: Readonly<Record<string, unknown>> = {
  image: 'linuxkit/x:1',
  type: 'c',
  init: ['linuxkit/init:1'],
  capabilities: ['CAP_CHOWN'],
  'capabilities.add': ['all'],
  ambient: ['none'],
  binds: ['/a:/b'],
  'binds.add': ['/a:/b:ro'],
  tmpfs: ['/tmp:size=1m'],
  rlimits: ['nofile,1,unlimited'],
  mode: '0644',
  additionalGids: [7, 'root'],
  uid: 'root',
  gid: 0,
}

/** What a field takes. */
export const sampleOf = (name: string, schema: Schema): unknown => {
  if (Object.hasOwn(samples, name) && Array.isArray(samples[name]) === (schema.kind === 'list')) return samples[name]
  switch (schema.kind) {
    case 'string':
      return 'x'
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'enum':
      return schema.values[0]
    case 'list':
      return [sampleOf('', schema.of)]
    case 'map':
      return { a: sampleOf('', schema.of) }
    case 'object':
      return withRequired(schema, {})
    case 'either':
      return sampleOf(name, schema.of[0] ?? { kind: 'any' })
    case 'any':
    case 'size':
    case 'duration':
    case 'secret':
      throw new Error(`no sample for ${schema.kind}`)
    default:
      return schema satisfies never
  }
}

const withRequired = (schema: ObjectSchema, given: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  ...(Object.hasOwn(schema.fields, 'destination') ? { type: 'bind', destination: '/x' } : {}),
  ...(Object.hasOwn(schema.fields, 'major') && Object.hasOwn(schema.fields, 'path') ? { path: '/dev/x', type: 'c' } : {}),
  ...Object.fromEntries(
    Object.entries(schema.fields).flatMap(([name, field]) => (field.required === true ? [[name, sampleOf(name, field.schema)]] : [])),
  ),
  ...(isFile(schema) && !['contents', 'directory', 'symlink', 'source', 'metadata'].some((key) => Object.hasOwn(given, key))
    ? { contents: '' }
    : {}),
  ...given,
})

const isFile = (schema: ObjectSchema): boolean => Object.hasOwn(schema.fields, 'symlink')

const inside = (schema: Schema, path: string, wrap: Wrap): readonly FieldCase[] => {
  if (schema.kind === 'list') return inside(schema.of, `${path}[]`, (value) => wrap([value]))
  if (schema.kind !== 'object') return []
  return Object.entries(schema.fields).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`
    const within: Wrap = (value) => wrap(path === '' ? { [name]: value } : withRequired(schema, { [name]: value }))
    return [
      { path: at, name, schema: field.schema, write: (value) => JSON.stringify(within(value), null, 1) },
      ...inside(field.schema, at, within),
    ]
  })
}

/** Every field of the schema, those of nested objects too. */
export const fieldCases: readonly FieldCase[] = inside(rootShape, '', (value) => value)

/** Every object of the schema, as a way to write a file with one more key in it. */
export const objectCases: readonly { readonly path: string; readonly write: (key: string) => string }[] = [
  { path: '', write: (key) => JSON.stringify({ [key]: 1 }) },
  ...fieldCases.flatMap(({ path, schema, write }) => {
    if (schema.kind === 'object') return [{ path, write: (key: string) => write({ ...withRequired(schema, {}), [key]: 1 }) }]
    const item = schema.kind === 'list' && schema.of.kind === 'object' ? schema.of : undefined
    return item === undefined ? [] : [{ path: `${path}[]`, write: (key: string) => write([{ ...withRequired(item, {}), [key]: 1 }]) }]
  }),
]

/** Values of other kinds than the schema takes. */
export const wrongFor = (schema: Schema): readonly unknown[] => {
  switch (schema.kind) {
    case 'string':
      return [12, true, ['x'], { a: 1 }, null]
    case 'enum':
      return ['no-such-word', 12, ['x'], null]
    case 'integer':
    case 'number':
      return ['x', '1', 1.5, true, [1], null]
    case 'boolean':
      return ['yes', 'true', 1, [true], null]
    case 'list':
      return ['x', 1, { a: 1 }, null, [true], [null], ...(schema.of.kind === 'object' ? [['x']] : [[['x']]])]
    case 'map':
      return ['x', ['x'], null, { a: 1 }, { a: null }]
    case 'object':
      return ['x', 1, ['x'], null]
    case 'either':
      return [true, 1.5, -1, ['x'], {}, null]
    case 'any':
    case 'size':
    case 'duration':
    case 'secret':
      throw new Error(`no case for ${schema.kind}`)
    default:
      return schema satisfies never
  }
}
