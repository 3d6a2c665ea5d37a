import type { Output, Value } from '@forgeplan/model'
import { isSensitive } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { zones } from '../names.ts'
import { outputShape, wordPattern } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { checkKeys } from '../values/check-keys.ts'
import { decodeValue } from '../values/decode-value.ts'
import { quote } from '../wording.ts'
import { decodeField } from './fields.ts'
import { blockOf, namedBlocks } from './section.ts'

/** Every output that could be read, in short (`NAME: value`) or long form. */
export const decodeOutputs = (root: MapNode, scene: Scene): readonly Output[] =>
  namedBlocks(root, 'outputs', wordPattern, scene.problems).flatMap((entry) => decodeOutput(entry, scene))

const decodeOutput = (entry: Entry, scene: Scene): readonly Output[] => {
  const path = `outputs.${entry.key}`
  const valued: Scene = { ...scene, zone: zones.output }
  if (entry.value.kind === 'scalar' && entry.value.value !== null) {
    const value = decodeValue({ kind: 'any' }, entry.value, { path, at: entry.keySpan }, valued)
    return outputOf(entry, value, false, scene)
  }
  const node = blockOf(entry, path, scene.problems)
  if (node === undefined) return []
  checkKeys(outputShape, node, { path, at: entry.keySpan }, scene.problems)
  const known: Scene = { ...scene, zone: zones.known }
  const sensitive = decodeField({ shape: outputShape, node, path }, 'sensitive', known)
  decodeField({ shape: outputShape, node, path }, 'description', known)
  return outputOf(entry, decodeField({ shape: outputShape, node, path }, 'value', valued), sensitive, scene)
}

const outputOf = (entry: Entry, value: Value | undefined, sensitive: Value | undefined, scene: Scene): readonly Output[] => {
  if (value === undefined || typeof sensitive !== 'boolean') return []
  if (sensitive || !isSensitive(value)) return [{ name: entry.key, value, sensitive }]
  const detail = `The output ${quote(entry.key)} holds a sensitive variable and would show it. Write it as { value: ..., sensitive: true }.`
  scene.problems.error('FORGE2029', entry.keySpan, () => detail)
  return []
}
