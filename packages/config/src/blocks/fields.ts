import type { ObjectSchema, Value } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { MapNode } from '../tree.ts'
import { decodeValue, spotOf } from '../values/decode-value.ts'

/** One field of a block, or its default; `undefined` if it is absent without one, or was reported. */
export const decodeField = (shape: ObjectSchema, node: MapNode, key: string, path: string, scene: Scene): Value | undefined => {
  const field = shape.fields[key]
  const entry = node.entries.get(key)
  if (field === undefined || entry === undefined) return field?.default
  return decodeValue(field.schema, entry.value, spotOf(path, entry), scene)
}

/** A list of texts out of a decoded field; absent or reported gives none. */
export const textsOf = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
