import type { ObjectSchema } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { MapNode } from '../tree.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import type { Spot } from './decode-value.ts'

/** Reports keys that the schema does not name, and required ones that are not there unless a misspelt key was meant to be one. */
export const checkKeys = (schema: ObjectSchema, node: MapNode, spot: Spot, problems: Problems): void => {
  for (const [key, { keySpan }] of node.entries) {
    if (Object.hasOwn(schema.fields, key)) continue
    const merge = key === '<<' ? ' YAML 1.2 has no merge keys.' : ''
    const hint = (): string => didYouMean(key, missingKeys(schema, node))
    problems.error(
      'FORGE1012',
      keySpan,
      () => `${where(spot)} has no key ${quote(key)}.${merge} Its keys are ${listed(Object.keys(schema.fields))}.${hint()}`,
    )
  }
  reportMissing(schema, node, spot, problems)
}

const reportMissing = (schema: ObjectSchema, node: MapNode, spot: Spot, problems: Problems): void => {
  const absent = requiredOf(schema).filter((key) => !node.entries.has(key))
  if (absent.length === 0) return
  const misspelt = misspeltKeys(schema, node)
  for (const key of absent.filter((each) => !misspelt.has(each)))
    problems.error('FORGE1013', spot.at, () => `${where(spot)} needs the key ${quote(key)}: ${schema.fields[key]?.doc ?? ''}`)
}

// A file has thousands of maps of few schemas.
const required = new WeakMap<ObjectSchema, readonly string[]>()

const requiredOf = (schema: ObjectSchema): readonly string[] => {
  const known = required.get(schema)
  if (known !== undefined) return known
  const keys = Object.entries(schema.fields).flatMap(([key, field]) => (field.required === true ? [key] : []))
  required.set(schema, keys)
  return keys
}

const where = (spot: Spot): string => (spot.path === '' ? 'The top level' : spot.path)

const missingKeys = (schema: ObjectSchema, node: MapNode): readonly string[] =>
  Object.keys(schema.fields).filter((name) => !node.entries.has(name))

/** The absent keys that an unknown one was probably meant to be: that they are missing is told with the unknown key. */
export const misspeltKeys = (schema: ObjectSchema, node: MapNode): ReadonlySet<string> => {
  const missing = missingKeys(schema, node)
  const unknown = [...node.entries.keys()].filter((key) => !Object.hasOwn(schema.fields, key))
  return new Set(unknown.flatMap((key) => nearest(key, missing) ?? []))
}

/** As `checkKeys`, for a block whose other keys nobody can judge yet: of the unknown ones only those that are near are told. */
export const checkHead = (head: ObjectSchema, node: MapNode, spot: Spot, problems: Problems): void => {
  const missing = missingKeys(head, node)
  for (const { key, keySpan } of node.entries.values()) {
    const near = Object.hasOwn(head.fields, key) ? undefined : nearest(key, missing)
    if (near !== undefined)
      problems.error('FORGE1012', keySpan, () => `${where(spot)} has no key ${quote(key)}. Did you mean ${quote(near)}?`)
  }
  reportMissing(head, node, spot, problems)
}
