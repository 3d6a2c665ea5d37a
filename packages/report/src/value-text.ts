import type { Late, Schema, Value } from '@forgeplan/model'
import { formatDuration, formatSize, isLate, isList, isMap, isSensitive, leaves } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import { exprText } from './expression.ts'

/** Which side of a difference a value stands on: what is late is an expression that was, or a value that comes. */
export type Side = 'before' | 'after'

export const sensitiveText = '(sensitive)'
const unknownText = '(known after apply)'

/** Characters of one value before it is clipped. */
const valueLimit = 120

/** A value on one line, in the units of its schema, safe to print; secrets never show. */
export const valueText = (value: Value | undefined, schema: Schema | undefined, side: Side): string => {
  if (value === undefined || value === null) return '(not set)'
  return clip(inner(value, schema, side), valueLimit)
}

const inner = (value: Value, schema: Schema | undefined, side: Side): string => {
  if (schema?.kind === 'secret') return sensitiveText
  if (isLate(value)) return lateText(value, side)
  if (isList(value)) return listText(value, schema, side)
  if (isMap(value)) return mapText(value, schema, side)
  return scalarText(value, fitting(schema, value))
}

const scalarText = (value: string | number | boolean | null, schema: Schema | undefined): string => {
  if (typeof value === 'number' && schema?.kind === 'size') return formatSize(value)
  if (typeof value === 'number' && schema?.kind === 'duration') return formatDuration(value)
  return typeof value === 'string' ? quoted(value) : String(value)
}

/** In double quotes, clipped, with nothing in it that a terminal obeys. */
export const quoted = (text: string): string => {
  const short = text.length > valueLimit ? text.slice(0, valueLimit) : text
  const left = text.length - short.length
  return `${escapeText(JSON.stringify(short))}${left > 0 ? `... (${text.length} characters)` : ''}`
}

// Items beyond what fits are not even looked at, so that a huge value costs no more than a small one.
const listText = (items: readonly Value[], schema: Schema | undefined, side: Side): string => {
  const of = schema?.kind === 'list' ? schema.of : undefined
  return `[${shortened(items, items.length, (item) => inner(item, of, side))}]`
}

const mapText = (map: Readonly<Record<string, Value>>, schema: Schema | undefined, side: Side): string => {
  const keys = Object.keys(map).toSorted()
  return `{${shortened(keys, keys.length, (key) => `${escapeText(key)}: ${inner(map[key] ?? null, fieldSchema(schema, key), side)}`)}}`
}

const shortened = <T>(items: readonly T[], count: number, text: (item: T) => string): string =>
  [...items.slice(0, 20).map(text), ...(count > 20 ? [`... ${count - 20} more`] : [])].join(', ')

const lateText = (value: Late, side: Side): string => {
  if (isSensitive(value)) return sensitiveText
  for (const leaf of leaves(value)) {
    if (leaf.kind === 'runtime') return unknownText
    if (leaf.kind === 'output' || leaf.kind === 'members') return side === 'after' ? unknownText : spelled(value)
  }
  return spelled(value)
}

const spelled = (value: Late): string => escapeText(`\${${exprText(value.$late)}}`)

/** The schema of an item of a map or an object. */
export const fieldSchema = (schema: Schema | undefined, key: string): Schema | undefined => {
  if (schema?.kind === 'object') return Object.hasOwn(schema.fields, key) ? schema.fields[key]?.schema : undefined
  return schema?.kind === 'map' ? schema.of : undefined
}

const fitting = (schema: Schema | undefined, value: string | number | boolean | null): Schema | undefined => {
  if (schema?.kind !== 'either') return schema
  const numeric = ['integer', 'number', 'size', 'duration']
  return schema.of.find((option) => numeric.includes(option.kind) === (typeof value === 'number'))
}
