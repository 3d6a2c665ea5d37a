import type { ObjectSchema, Plain, Schema } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { ListNode, MapNode, Node } from '../tree.ts'
import { headOf } from '../tree.ts'
import { checkKeys } from './check-keys.ts'
import { decodeScalar } from './decode-scalar.ts'
import type { Spot } from './decode-value.ts'
import { spotOf } from './decode-value.ts'
import { nounOf, seen, wanted } from './nouns.ts'

/** As `decodeValue`, for files of other tools: `${...}` is text there. `undefined` after reporting what is wrong. */
export const decodePlain = (schema: Schema, node: Node, spot: Spot, problems: Problems): Plain | undefined => {
  if (schema.kind === 'either') {
    const fitting = schema.of.find((one) => seen(one, node))
    return fitting === undefined ? refused(schema, node, spot, problems) : decodePlain(fitting, node, spot, problems)
  }
  if (node.kind === 'scalar') return decodeScalar(schema, node, spot, { problems }) as Plain | undefined
  if (node.kind === 'list' && schema.kind === 'list') return list(schema.of, node, spot, problems)
  if (node.kind === 'map' && schema.kind === 'map') return map(schema.of, node, spot, problems)
  if (node.kind === 'map' && schema.kind === 'object') return fields(schema, node, spot, problems)
  return refused(schema, node, spot, problems)
}

const refused = (schema: Schema, node: Node, spot: Spot, problems: Problems): undefined => {
  const span = node.kind === 'scalar' && node.value !== null ? node.span : spot.at
  problems.error('FORGE1014', span, () => `${spot.path} takes ${wanted(schema)}, but ${nounOf(node)} stands here.`)
}

const list = (of: Schema, node: ListNode, spot: Spot, problems: Problems): Plain =>
  node.items.flatMap((item, i) => decodePlain(of, item, { path: `${spot.path}[${i}]`, at: headOf(item) }, problems) ?? [])

const map = (of: Schema, node: MapNode, spot: Spot, problems: Problems): Plain =>
  Object.fromEntries(
    [...node.entries.values()].flatMap((entry) => {
      const value = decodePlain(of, entry.value, spotOf(spot.path, entry), problems)
      return value === undefined ? [] : [[entry.key, value] as const]
    }),
  )

const fields = (schema: ObjectSchema, node: MapNode, spot: Spot, problems: Problems): Plain => {
  checkKeys(schema, node, spot, problems)
  return Object.fromEntries(
    [...node.entries.values()].flatMap((entry) => {
      const field = Object.hasOwn(schema.fields, entry.key) ? schema.fields[entry.key] : undefined
      const value = field === undefined ? undefined : decodePlain(field.schema, entry.value, spotOf(spot.path, entry), problems)
      return value === undefined ? [] : [[entry.key, value] as const]
    }),
  )
}
