import type { Schema } from '@forgeplan/model'
import { formatDuration, formatSize } from '@forgeplan/model'
import type { Node } from '../tree.ts'

/** What stands there, as part of a sentence; never the value itself. */
export const nounOf = (node: Node): string => {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map'
  if (node.value === null) return 'nothing'
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'a whole number' : 'a number'
  return typeof node.value === 'boolean' ? 'true or false' : 'a text'
}

/** What a schema takes, as part of a sentence. */
export const wanted = (schema: Schema): string => {
  switch (schema.kind) {
    case 'string':
      return `a text${schema.patternHint === undefined ? '' : ` (${schema.patternHint})`}`
    case 'integer':
      return `a whole number${range(schema, String)}`
    case 'number':
      return `a number${range(schema, String)}`
    case 'boolean':
      return 'true or false'
    case 'size':
      return `a size such as 4GiB or 512MiB${range(schema, formatSize)}`
    case 'duration':
      return `a duration such as 60s or 10m${range(schema, formatDuration)}`
    case 'enum':
      return `one of ${schema.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'secret':
      return 'a secret as env:NAME, file:PATH or ${var.NAME}'
    case 'list':
      return 'a list'
    case 'map':
    case 'object':
      return 'a map'
    case 'either':
      return schema.of.map(wanted).join(' or ')
    case 'any':
      return 'any value'
    default:
      return schema satisfies never
  }
}

const range = ({ min, max }: { readonly min?: number; readonly max?: number }, show: (amount: number) => string): string => {
  if (min !== undefined && max !== undefined) return ` from ${show(min)} to ${show(max)}`
  if (min !== undefined) return `, at least ${show(min)}`
  return max === undefined ? '' : `, at most ${show(max)}`
}

/** Whether a node has the JSON type that the schema takes in text. */
export const seen = (schema: Schema, node: Node): boolean => {
  switch (schema.kind) {
    case 'string':
    case 'size':
    case 'duration':
    case 'enum':
    case 'secret':
      return node.kind === 'scalar' && typeof node.value === 'string'
    case 'integer':
      return node.kind === 'scalar' && Number.isInteger(node.value)
    case 'number':
      return node.kind === 'scalar' && typeof node.value === 'number'
    case 'boolean':
      return node.kind === 'scalar' && typeof node.value === 'boolean'
    case 'list':
      return node.kind === 'list'
    case 'map':
    case 'object':
      return node.kind === 'map'
    case 'either':
      return schema.of.some((inner) => seen(inner, node))
    case 'any':
      return true
    default:
      return schema satisfies never
  }
}
