import type { Field, ObjectSchema, Schema } from './schema.ts'
import type { Value, ValueMap } from './value.ts'
import { compareText } from './address.ts'
import { isLate, isList, isMap } from './value.ts'

const sizeUnits = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const
const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Bytes of `"4GiB"`, `"512MB"`; `undefined` if the text is no size. */
export const parseSize = (text: string): number | undefined => parseQuantity(text, sizeUnits)

/** Milliseconds of `"60s"`, `"10m"`, `"250ms"`; `undefined` if the text is no duration. */
export const parseDuration = (text: string): number | undefined => parseQuantity(text, durationUnits)

const parseQuantity = (text: string, units: Readonly<Record<string, number>>): number | undefined => {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s?([A-Za-z]{1,3})$/.exec(text.trim())
  const unit = match?.[2] !== undefined && Object.hasOwn(units, match[2]) ? units[match[2]] : undefined
  if (match === null || unit === undefined) return undefined
  const amount = Number(match[1]) * unit
  return Number.isSafeInteger(amount) ? amount : undefined
}

/** The shortest exact text of a size in bytes. @example formatSize(4294967296) === '4GiB' */
export const formatSize = (bytes: number): string =>
  formatQuantity(
    bytes,
    [
      ['TiB', 2 ** 40],
      ['GiB', 2 ** 30],
      ['MiB', 2 ** 20],
      ['KiB', 2 ** 10],
    ],
    'B',
  )

/** The shortest exact text of a duration in milliseconds. @example formatDuration(60000) === '1m' */
export const formatDuration = (ms: number): string =>
  formatQuantity(
    ms,
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
    ],
    'ms',
  )

const formatQuantity = (amount: number, units: readonly (readonly [string, number])[], base: string): string => {
  const fit = units.find(([, unit]) => amount >= unit && amount % unit === 0)
  return fit === undefined ? `${amount}${base}` : `${amount / fit[1]}${fit[0]}`
}

/**
 * Brings a value that already fits its schema into the one form that is compared: units as numbers, case folded where
 * the schema says so, keyed lists in order of their key, defaults filled in. Late values pass unchanged.
 */
export const normalise = (schema: Schema, value: Value): Value => {
  if (isLate(value)) return value
  if (typeof value === 'string') return normaliseText(schema, value)
  if (schema.kind === 'list' && isList(value)) return normaliseList(schema, value)
  if (schema.kind === 'map' && isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(schema.of, item)]))
  if (schema.kind === 'object' && isMap(value)) return normaliseObject(schema, value)
  return value
}

const normaliseText = (schema: Schema, text: string): Value => {
  if (schema.kind === 'size') return parseSize(text) ?? text
  if (schema.kind === 'duration') return parseDuration(text) ?? text
  return schema.kind === 'string' && schema.caseless === true ? text.toLowerCase() : text
}

const normaliseList = (schema: Schema & { kind: 'list' }, items: readonly Value[]): Value => {
  const normal = items.map((item) => normalise(schema.of, item))
  const key = schema.key
  if (key === undefined) return normal
  const nameOf = (item: Value): string => (isMap(item) ? String(item[key]) : '')
  return normal.toSorted((a, b) => compareText(nameOf(a), nameOf(b)))
}

/** `normalise` for a whole object: unknown fields pass unchanged, absent fields with a default are filled in. */
export const normaliseObject = (schema: ObjectSchema, map: ValueMap): ValueMap => {
  const given = Object.entries(map).map(([key, item]) => {
    const field: Field | undefined = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined
    return [key, field === undefined ? item : normalise(field.schema, item)] as const
  })
  const defaults = defaultsOf(schema).filter(([key]) => !Object.hasOwn(map, key))
  return Object.fromEntries([...given, ...defaults])
}

const defaultsOf = (schema: ObjectSchema): readonly (readonly [string, Value])[] => {
  const found: [string, Value][] = []
  for (const [key, field] of Object.entries(schema.fields)) if (field.default !== undefined) found.push([key, field.default])
  return found
}
