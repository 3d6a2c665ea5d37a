import type { Scalar, Schema, Value } from '@forgeplan/model'
import { formatSize, nearest, parseDuration, parseSize } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { ScalarNode } from '../tree.ts'
import { quote } from '../wording.ts'
import type { Spot } from './decode-value.ts'
import { nounOf, wanted } from './nouns.ts'

/** A scalar in normal form (bytes, milliseconds, folded case), or `undefined` after reporting what is wrong. */
export const decodeScalar = (schema: Schema, node: ScalarNode, spot: Spot, scene: Pick<Scene, 'problems'>): Value | undefined => {
  const value = node.style === 'computed' ? converted(schema, node.value) : node.value
  if (schema.kind === 'any') return value
  const normal = normalOf(schema, value)
  if (normal === undefined) {
    const span = node.value === null ? spot.at : node.span
    scene.problems.error('FORGE1014', span, () => `${spot.path} takes ${wanted(schema)}, but ${shown(node)}.${advice(schema, node)}`)
    return undefined
  }
  const broken = brokenRule(schema, normal)
  if (broken === undefined) return normal
  scene.problems.error('FORGE1015', node.span, () => `${spot.path} takes ${wanted(schema)}, ${broken}${suggestion(schema, node)}`)
  return undefined
}

// What comes out of an expression may be text where the environment or the command line gave it.
const converted = (schema: Schema, value: Scalar): Scalar => {
  if (typeof value === 'string' && (schema.kind === 'integer' || schema.kind === 'number'))
    return /^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim()) ? Number(value) : value
  if (schema.kind === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  if ((schema.kind === 'string' || schema.kind === 'enum') && typeof value === 'number') return String(value)
  return value
}

const normalOf = (schema: Schema, value: Scalar): Scalar | undefined => {
  switch (schema.kind) {
    case 'string':
      return typeof value === 'string' ? (schema.caseless === true ? value.toLowerCase() : value) : undefined
    case 'enum':
      return typeof value === 'string' ? value : undefined
    case 'integer':
      return Number.isInteger(value) ? value : undefined
    case 'number':
      return typeof value === 'number' ? value : undefined
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'size':
      return typeof value === 'string' ? parseSize(value) : undefined
    case 'duration':
      return typeof value === 'string' ? parseDuration(value) : undefined
    case 'secret':
    case 'list':
    case 'map':
    case 'object':
    case 'either':
    case 'any':
      return undefined
    default:
      return schema satisfies never
  }
}

const brokenRule = (schema: Schema, value: Scalar): string | undefined => {
  if (schema.kind === 'string' && typeof value === 'string') {
    if (value.length > (schema.maxLength ?? value.length)) return `and this one is longer than ${schema.maxLength} characters.`
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
      return `and this one does not match ${schema.pattern}.`
    return undefined
  }
  if (schema.kind === 'enum') return schema.values.includes(String(value)) ? undefined : 'and this is none of them.'
  if (!('min' in schema || 'max' in schema || 'step' in schema) || typeof value !== 'number' || schema.kind === 'list') return undefined
  const { min = value, max = value } = schema
  if (schema.kind === 'size' && value % (schema.step ?? 1) !== 0) return `and this is no multiple of ${formatSize(schema.step ?? 1)}.`
  return value < min ? 'and this is too small.' : value > max ? 'and this is too large.' : undefined
}

// Values that an expression yielded may come from the environment, so they are not repeated.
const shown = (node: ScalarNode): string => {
  if (node.style === 'computed') return `the expression yields ${nounOf(node)} that does not fit`
  return typeof node.value === 'string' ? `the text ${quote(node.value)} stands here` : `${nounOf(node)} stands here`
}

const advice = (schema: Schema, node: ScalarNode): string => {
  const { value } = node
  if (node.style === 'computed' || value === null) return ''
  if (schema.kind === 'string' || schema.kind === 'enum') return ' Put it in quotes if a text is meant.'
  if ((schema.kind === 'size' || schema.kind === 'duration') && typeof value === 'number') return ' Write the unit behind the number.'
  const numeric = (schema.kind === 'integer' || schema.kind === 'number') && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
  return numeric || (schema.kind === 'boolean' && (value === 'true' || value === 'false')) ? ' Remove the quotes.' : ''
}

const suggestion = (schema: Schema, node: ScalarNode): string => {
  if (schema.kind !== 'enum' || node.style === 'computed' || typeof node.value !== 'string') return ''
  const near = schema.values.find((value) => value.toLowerCase() === String(node.value).toLowerCase()) ?? nearest(node.value, schema.values)
  return near === undefined ? '' : ` Did you mean ${quote(near)}?`
}
