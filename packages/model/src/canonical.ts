import { compareText } from './address.ts'

/**
 * JSON with sorted keys and no white space: the same value gives the same bytes on every machine. `undefined`
 * fields are left out, as in `JSON.stringify`. Digests are taken over this.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value))

// Filled key by key: made from entries, the copy of a plan of 10,000 members takes 0.5 s and not 0.3 s. A number as a
// key still goes to the front, as in every object.
const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const record = value as Record<string, unknown>
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(record).sort(compareText)) put(copy, key, sorted(record[key]))
  return copy
}

// Assigned like the others, `__proto__` would become the prototype.
const put = (record: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true })
  else record[key] = value
}

/** Deep equality of JSON data, independent of key order. */
export const sameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.keys(a)
  if (left.length !== Object.keys(b).length) return false
  return left.every((key) => Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
