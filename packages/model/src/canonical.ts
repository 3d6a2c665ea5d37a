import { compareText } from './address.ts'

/**
 * JSON with sorted keys and no white space: the same value gives the same bytes on every machine. `undefined`
 * fields are left out, as in `JSON.stringify`. Digests are taken over this.
 */
export const canonicalJson = (value: unknown): string => canonicalText(value) as string

const canonicalText = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item) ?? 'null').join(',')}]`
  const record = value as Record<string, unknown>
  const keys = Object.keys(record).sort(compareText)
  // An object has the keys that look like a place in a list first, in the order of their numbers.
  const ordered = keys.some(isIndex) ? Object.keys(Object.fromEntries(keys.map((key) => [key, null]))) : keys
  let text = ''
  for (const key of ordered) {
    const item = canonicalText(record[key])
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${item}`
  }
  return `{${text}}`
}

const isIndex = (key: string): boolean => /^\d/.test(key)

/** Deep equality of JSON data, independent of key order. */
export const sameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = Object.keys(a)
  if (left.length !== Object.keys(b).length) return false
  return left.every((key) => Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}
