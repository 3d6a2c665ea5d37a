import type { Plain, PlainMap, Schema } from '@forgeplan/model'

/**
 * The first place in `value` (normalised, without late parts) that does not fit, as `field.inner`, or null. Only what
 * was late can fail here: everything else was decoded before it was planned.
 */
export const misfit = (schema: Schema, value: Plain, path = ''): string | null => {
  switch (schema.kind) {
    case 'object':
      return isPlainMap(value) ? firstOf(Object.entries(value), ([key, item]) => inField(schema, key, item, path)) : here(path)
    case 'map':
      return isPlainMap(value) ? firstOf(Object.entries(value), ([key, item]) => misfit(schema.of, item, below(path, key))) : here(path)
    case 'list':
      return Array.isArray(value)
        ? firstOf([...value.entries()], ([index, item]) => misfit(schema.of, item as Plain, below(path, String(index))))
        : here(path)
    case 'either':
      return schema.of.some((one) => misfit(one, value, path) === null) ? null : here(path)
    case 'string':
      return typeof value === 'string' && textFits(schema, value) ? null : here(path)
    case 'secret':
      return typeof value === 'string' ? null : here(path)
    case 'enum':
      return typeof value === 'string' && schema.values.includes(value) ? null : here(path)
    case 'boolean':
      return typeof value === 'boolean' ? null : here(path)
    case 'integer':
    case 'size':
    case 'duration':
      return Number.isSafeInteger(value) && inRange(schema, value as number) ? null : here(path)
    case 'number':
      return typeof value === 'number' && inRange(schema, value) ? null : here(path)
    case 'any':
      return null
    default:
      return schema satisfies never
  }
}

const inField = (schema: Schema & { readonly kind: 'object' }, key: string, item: Plain, path: string): string | null => {
  const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined
  // A field that is not set may stand as null; one that no schema knows is the business of the type's own version.
  return field === undefined || item === null ? null : misfit(field.schema, item, below(path, key))
}

const textFits = ({ pattern, maxLength }: Schema & { readonly kind: 'string' }, text: string): boolean =>
  (maxLength === undefined || text.length <= maxLength) && (pattern === undefined || new RegExp(pattern, 'u').test(text))

const inRange = ({ min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number }, value: number): boolean =>
  value >= min && value <= max

const firstOf = <T>(items: readonly T[], check: (item: T) => string | null): string | null => {
  for (const item of items) {
    const found = check(item)
    if (found !== null) return found
  }
  return null
}

const isPlainMap = (value: Plain): value is PlainMap => typeof value === 'object' && value !== null && !Array.isArray(value)
const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
const here = (path: string): string => (path === '' ? 'the whole value' : path)
