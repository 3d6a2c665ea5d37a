import type { Plain, PlainMap } from '@forgeplan/model'

type Check = (rule: Plain, value: unknown, schema: PlainMap) => boolean

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const typeFits = (type: string, value: unknown): boolean => {
  if (type === 'object') return isObject(value)
  if (type === 'array') return Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

const all = (rule: Plain): readonly PlainMap[] => rule as readonly PlainMap[]
const annotations = new Set(['$schema', 'title', 'description', 'default', 'examples', 'properties', 'deprecated'])

const checks: Readonly<Record<string, Check>> = {
  type: (rule, value) => [rule].flat().some((type) => typeFits(String(type), value)),
  const: (rule, value) => value === rule,
  enum: (rule, value) => (rule as readonly Plain[]).includes(value as Plain),
  pattern: (rule, value) => typeof value !== 'string' || new RegExp(String(rule), 'u').test(value),
  maxLength: (rule, value) => typeof value !== 'string' || value.length <= Number(rule),
  minimum: (rule, value) => typeof value !== 'number' || value >= Number(rule),
  maximum: (rule, value) => typeof value !== 'number' || value <= Number(rule),
  minItems: (rule, value) => !Array.isArray(value) || value.length >= Number(rule),
  maxItems: (rule, value) => !Array.isArray(value) || value.length <= Number(rule),
  items: (rule, value) => !Array.isArray(value) || value.every((item) => fits(rule as PlainMap, item)),
  anyOf: (rule, value) => all(rule).some((inner) => fits(inner, value)),
  oneOf: (rule, value) => all(rule).filter((inner) => fits(inner, value)).length === 1,
  required: (rule, value) => !isObject(value) || (rule as readonly string[]).every((key) => Object.hasOwn(value, key)),
  propertyNames: (rule, value) => !isObject(value) || Object.keys(value).every((key) => fits(rule as PlainMap, key)),
  additionalProperties: (rule, value, schema) => {
    const properties = (schema['properties'] ?? {}) as Readonly<Record<string, PlainMap>>
    if (!isObject(value)) return true
    return Object.entries(value).every(([key, item]) => {
      const inner = properties[key]
      if (inner !== undefined) return fits(inner, item)
      return typeof rule === 'boolean' ? rule : fits(rule as PlainMap, item)
    })
  },
}

/** Whether a value fits the part of JSON Schema draft-07 that forge writes. @throws Error on any other keyword. */
export const fits = (schema: PlainMap, value: unknown): boolean =>
  Object.entries(schema).every(([keyword, rule]) => {
    if (annotations.has(keyword)) return true
    const check = checks[keyword]
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`)
    return check(rule, value, schema)
  })
