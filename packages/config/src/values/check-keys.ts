import type { ObjectSchema } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { MapNode } from '../tree.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import type { Spot } from './decode-value.ts'

/** Reports keys that the schema does not name, and required ones that are not there. */
export const checkKeys = (schema: ObjectSchema, node: MapNode, spot: Spot, problems: Problems): void => {
  const known = Object.keys(schema.fields)
  for (const { key, keySpan } of node.entries.values()) {
    if (Object.hasOwn(schema.fields, key)) continue
    const merge = key === '<<' ? ' YAML 1.2 has no merge keys.' : ''
    problems.error('FORGE1012', keySpan, () => {
      const missing = known.filter((name) => !node.entries.has(name))
      return `${where(spot)} has no key ${quote(key)}.${merge} Its keys are ${listed(known)}.${didYouMean(key, missing)}`
    })
  }
  for (const [key, field] of Object.entries(schema.fields)) {
    if (field.required !== true || node.entries.has(key)) continue
    problems.error('FORGE1013', spot.at, () => `${where(spot)} needs the key ${quote(key)}: ${field.doc}`)
  }
}

const where = (spot: Spot): string => (spot.path === '' ? 'The configuration' : spot.path)
