import type { Field, ObjectSchema, Schema, Span, Value, ValueMap } from '@forgeplan/model'
import { isKnown, late } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { readText } from '../expression/read-text.ts'
import { isTemplate } from '../expression/template.ts'
import type { Entry, ListNode, MapNode, Node, ScalarNode } from '../tree.ts'
import { headOf, nodeOf, textOf } from '../tree.ts'
import { quote } from '../wording.ts'
import { checkKeys } from './check-keys.ts'
import { decodeScalar } from './decode-scalar.ts'
import { decodeSecret } from './decode-secret.ts'
import { nounOf, seen, wanted } from './nouns.ts'
import { byOwnNames, inOwnUnits } from './spellings.ts'

/** Where a value stands: its path for sentences, and the key's span for problems of the whole. */
export interface Spot {
  readonly path: string
  readonly at: Span
}

export const spotOf = (parent: string, entry: Entry): Spot => ({
  path: parent === '' ? entry.key : `${parent}.${entry.key}`,
  at: entry.keySpan,
})

/** Checks a value against its schema and brings it into normal form. `undefined` after reporting what is wrong. */
export const decodeValue = (schema: Schema, node: Node, spot: Spot, scene: Scene): Value | undefined => {
  if (schema.kind === 'either') return decodeEither(schema.of, node, spot, scene)
  if (schema.kind === 'secret') return decodeSecret(node, spot, scene)
  if (node.kind === 'scalar') return decodeText(schema, node, spot, scene)
  if (schema.kind === 'any') return decodeAny(node, spot, scene)
  if (node.kind === 'list' && schema.kind === 'list') return decodeList(schema, node, spot, scene)
  if (node.kind === 'map' && schema.kind === 'map') return decodeMap(schema.of, node, spot, scene)
  if (node.kind === 'map' && schema.kind === 'object') return decodeObject(schema, node, spot, scene)
  scene.problems.error('FORGE1014', spot.at, () => `${spot.path} takes ${wanted(schema)}, but ${nounOf(node)} stands here.`)
  return undefined
}

const decodeText = (schema: Schema, node: ScalarNode, spot: Spot, scene: Scene): Value | undefined => {
  if (typeof node.value !== 'string') return decodeScalar(schema, node, spot, scene)
  const reading = readText(node, scene)
  if (reading === undefined) return undefined
  if (!reading.computed) return decodeScalar(schema, { ...node, value: reading.text }, spot, scene)
  if (!isKnown(reading.value)) return reading.value
  // Through the whole check again, since an expression may yield a list or a map.
  return decodeValue(schema, nodeOf(reading.value, reading.span), spot, scene)
}

const decodeEither = (schemas: readonly Schema[], node: Node, spot: Spot, scene: Scene): Value | undefined => {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.style !== 'computed') {
    const reading = schemas.some((schema) => schema.kind === 'secret') ? undefined : readText(node, scene)
    if (reading === undefined && !schemas.some((schema) => schema.kind === 'secret')) return undefined
    if (reading?.computed === true)
      return isKnown(reading.value) ? decodeEither(schemas, nodeOf(reading.value, reading.span), spot, scene) : reading.value
  }
  const fitting = schemas.find((schema) => seen(schema, node))
  if (fitting !== undefined) return decodeValue(fitting, node, spot, scene)
  const kinds = schemas.map(wanted).join(' or ')
  scene.problems.error('FORGE1014', spanOf(node, spot), () => `${spot.path} takes ${kinds}, but ${nounOf(node)} stands here.`)
  return undefined
}

const spanOf = (node: Node, spot: Spot): Span => (node.kind === 'scalar' && node.value !== null ? node.span : spot.at)

const decodeAny = (node: ListNode | MapNode, spot: Spot, scene: Scene): Value | undefined =>
  node.kind === 'list'
    ? decodeList({ kind: 'list', of: { kind: 'any' } }, node, spot, scene)
    : decodeMap({ kind: 'any' }, node, spot, scene)

const decodeList = (schema: Schema & { readonly kind: 'list' }, node: ListNode, spot: Spot, scene: Scene): Value | undefined => {
  const { min = 0, max = Number.POSITIVE_INFINITY } = schema
  const count = node.items.length
  if (count < min || count > max) {
    const rule = count < min ? `at least ${min}` : `at most ${max}`
    scene.problems.error('FORGE1015', spot.at, () => `${spot.path} takes ${rule} items, and ${count} stand here.`)
  }
  const items = node.items.map((item, i) => decodeValue(schema.of, item, { path: `${spot.path}[${i}]`, at: headOf(item) }, scene))
  if (schema.key !== undefined) checkItemNames(schema.key, { node, items }, spot, scene)
  const whole = items.filter((item) => item !== undefined)
  return schema.key === undefined ? whole : sortedBy(schema.key, whole)
}

const nameOf = (item: Value | undefined, key: string): Value | undefined => (item as ValueMap | undefined)?.[key]

const sortedBy = (key: string, items: readonly Value[]): readonly Value[] => {
  const text = (item: Value): string => String(nameOf(item, key))
  return items.toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
}

const checkItemNames = (
  key: string,
  { node, items }: { readonly node: ListNode; readonly items: readonly (Value | undefined)[] },
  spot: Spot,
  scene: Scene,
): void => {
  const first = new Map<Value, Node>()
  for (const [i, item] of node.items.entries()) {
    const name = nameOf(items[i], key)
    if (name === undefined) continue
    const before = first.get(name)
    if (typeof name === 'object' && name !== null) {
      scene.problems.error(
        'FORGE2010',
        headOf(item),
        () => `${spot.path}[${i}].${key} tells the items apart, so it must be known before planning.`,
      )
    } else if (before !== undefined) {
      const related = [{ span: headOf(before), label: 'first used here' }]
      const detail = `The items of ${spot.path} are told apart by ${quote(key)}, and two of them have the same. Rename one.`
      scene.problems.error('FORGE1018', headOf(item), () => detail, related)
    } else first.set(name, item)
  }
}

const decodeMap = (of: Schema, node: MapNode, spot: Spot, scene: Scene): Value => {
  const pairs = [...node.entries.values()].map(
    (entry) => [entry.key, decodeValue(of, entry.value, spotOf(spot.path, entry), scene)] as const,
  )
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, Value] => pair[1] !== undefined))
}

/** The fields of a map that the schema names; unknown keys and missing ones are reported. Defaults are not filled in. */
export const decodeObject = (schema: ObjectSchema, written: MapNode, spot: Spot, scene: Scene): ValueMap => {
  const node = byOwnNames(schema, written, spot.path, scene.problems)
  checkKeys(schema, node, spot, scene.problems)
  const pairs: (readonly [string, Value])[] = []
  for (const [name, entry] of node.entries) {
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined
    if (field === undefined) continue
    const [at, within] = [spotOf(spot.path, entry), sceneOf(field, scene)]
    const value = entry.key === name ? decodeValue(field.schema, entry.value, at, within) : decodeOld(field, entry.value, at, within)
    if (value !== undefined) pairs.push([name, value])
  }
  return Object.fromEntries(pairs)
}

// Under an old spelling, where a number may be a text and may count in other units; also one that an expression yields.
const decodeOld = (field: Field, node: Node, spot: Spot, scene: Scene): Value | undefined => {
  const { schema, spellings } = field
  if (node.kind !== 'scalar' || schema.kind === 'secret' || !isTemplate(textOf(node) ?? ''))
    return decodeValue(schema, inOwnUnits(field, node), spot, scene)
  const value = decodeValue({ kind: 'any' }, node, spot, scene)
  if (value === undefined) return undefined
  if (isKnown(value)) return decodeValue(schema, inOwnUnits(field, nodeOf(value, node.span)), spot, scene)
  return spellings?.scale === undefined ? value : late({ kind: 'call', fn: 'multiply', args: [value, spellings.scale] })
}

const sceneOf = (field: Field, scene: Scene): Scene =>
  field.public === true ? { ...scene, zone: { ...scene.zone, sensitive: false } } : scene
