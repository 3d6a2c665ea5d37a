import type { ObjectSchema, Span, Value } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { MapNode } from '../tree.ts'
import { headOf } from '../tree.ts'
import { decodeValue, spotOf } from '../values/decode-value.ts'

/** A block of the configuration and what its keys may be. */
export interface Block {
  readonly shape: ObjectSchema
  readonly node: MapNode
  readonly path: string
}

/** One field of a block, or its default; `undefined` if it is absent without one, or was reported. */
export const decodeField = ({ shape, node, path }: Block, key: string, scene: Scene): Value | undefined => {
  const field = shape.fields[key]
  const entry = node.entries.get(key)
  if (field === undefined || entry === undefined) return field?.default
  return decodeValue(field.schema, entry.value, spotOf(path, entry), scene)
}

/** One text of a list, with its place. */
export interface TextItem {
  readonly text: string
  readonly span: Span
}

/** The texts of a list field that could be read; an expression that yields a list gives all of them one place. */
export const decodeTexts = ({ shape, node, path }: Block, key: string, scene: Scene): readonly TextItem[] => {
  const schema = shape.fields[key]?.schema
  const value = node.entries.get(key)?.value
  if (schema?.kind !== 'list' || value === undefined) return []
  if (value.kind !== 'list') return textsOf(decodeField({ shape, node, path }, key, scene)).map((text) => ({ text, span: value.span }))
  return value.items.flatMap((item, i) => {
    const text = decodeValue(schema.of, item, { path: `${path}.${key}[${i}]`, at: headOf(item) }, scene)
    return typeof text === 'string' ? [{ text, span: headOf(item) }] : []
  })
}

/** A list of texts out of a decoded field; absent or reported gives none. */
export const textsOf = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
