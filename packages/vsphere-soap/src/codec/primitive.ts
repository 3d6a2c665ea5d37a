import { VsphereError } from '../error.ts'
import { escapeText } from './text.ts'

const limits: Readonly<Record<string, readonly [bigint, bigint]>> = {
  byte: [-128n, 255n],
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
}
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/
const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

/** Whether a type of the table is text, a number, a truth value or a time. */
export const isPrimitive = (type: string): boolean => primitives.has(type)

const primitives: ReadonlySet<string> = new Set([
  ...Object.keys(limits),
  'string',
  'boolean',
  'float',
  'double',
  'dateTime',
  'base64Binary',
])

/** A value as the text of an element of that type. @throws VsphereError of kind `request` where it is none. */
export const encodePrimitive = (type: string, value: unknown, path: string): string => {
  const range = limits[type]
  if (range !== undefined) return encodeInteger(type, range, value, path)
  if (type === 'boolean' && typeof value === 'boolean') return String(value)
  if ((type === 'float' || type === 'double') && typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string' || type === 'boolean' || type === 'float' || type === 'double') throw wrong(type, path)
  if (type === 'dateTime' && !dateTime.test(value)) throw wrong(type, path)
  if (type === 'base64Binary' && !base64.test(value)) throw wrong(type, path)
  return escapeText(value, path)
}

/** A value without a declared type, with the one that it is sent as. @throws as `encodePrimitive`. */
export const encodeAny = (value: unknown, path: string): { readonly type: string; readonly text: string } => {
  const type = typeFor(value)
  if (type === null) throw wrong('text, number or truth value', path)
  return { type, text: encodePrimitive(type, value, path) }
}

const typeFor = (value: unknown): string | null => {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint') return 'long'
  if (typeof value !== 'number') return null
  if (!Number.isInteger(value)) return 'double'
  return value >= -(2 ** 31) && value < 2 ** 31 ? 'int' : 'long'
}

const encodeInteger = (type: string, [least, most]: readonly [bigint, bigint], value: unknown, path: string): string => {
  const isExact = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
  if (!isExact || BigInt(value) < least || BigInt(value) > most) throw wrong(type, path)
  return String(value)
}

const wrong = (type: string, path: string): VsphereError =>
  new VsphereError('request', `${path} has to be of type ${type}`, { mayHaveRun: false })

/** The value that an element's text means, or undefined where it means none of that type. */
export const decodePrimitive = (type: string, text: string): string | number | bigint | boolean | undefined => {
  switch (type) {
    case 'boolean':
      return truths[text.trim()]
    case 'byte':
    case 'short':
    case 'int':
    case 'long':
      return decodeInteger(text.trim())
    case 'float':
    case 'double':
      return decodeFraction(text.trim())
    default:
      return text
  }
}

const truths: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false }

const decodeInteger = (text: string): number | bigint | undefined => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''))
}

const decodeFraction = (text: string): number | undefined => {
  if (text === 'INF') return Infinity
  if (text === '-INF') return -Infinity
  return /^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(text) || text === 'NaN' ? Number(text) : undefined
}
