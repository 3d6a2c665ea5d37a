import type { Plain, Schema, Value } from '@forgeplan/model'
import { late, parsePlain } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { scratch } from '../expression/scene.ts'
import type { VariableState } from '../names.ts'
import { zones } from '../names.ts'
import { variableShape, variableTypes, wordPattern } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { entryOf, nodeOf } from '../tree.ts'
import { checkKeys, misspeltKeys } from '../values/check-keys.ts'
import type { Spot } from '../values/decode-value.ts'
import { decodeValue } from '../values/decode-value.ts'
import { nounOf, wanted } from '../values/nouns.ts'
import { didYouMean, quote } from '../wording.ts'
import { decodeField } from './fields.ts'
import { blockOf, namedBlocks } from './section.ts'

/** Every declared variable with its value. Given values that no declaration takes are reported. */
export const decodeVariables = (root: MapNode, scene: Scene): ReadonlyMap<string, VariableState> => {
  const fixed: Scene = { ...scene, zone: zones.fixed }
  const blocks = namedBlocks(root, 'variables', wordPattern, scene.problems)
  const states = new Map(blocks.map((entry) => [entry.key, decodeVariable(entry, fixed)] as const))
  const section = entryOf(root, 'variables')
  const declared = [...(section?.value.kind === 'map' ? section.value.entries.keys() : [])]
  for (const name of scene.names.inputs.variables.keys()) {
    if (declared.includes(name)) continue
    const detail = `A value is given for ${quote(name)}, which is not declared under variables.${didYouMean(name, declared)}`
    scene.problems.error('FORGE2017', section?.keySpan, () => detail)
  }
  return states
}

const failed: VariableState = { kind: 'failed' }

const decodeVariable = (entry: Entry, scene: Scene): VariableState => {
  const path = `variables.${entry.key}`
  const node = blockOf(entry, path, scene.problems)
  if (node === undefined) return failed
  const spot: Spot = { path, at: entry.keySpan }
  checkKeys(variableShape, node, spot, scene.problems)
  const type = decodeField({ shape: variableShape, node, path }, 'type', scene)
  const sensitive = decodeField({ shape: variableShape, node, path }, 'sensitive', scene)
  decodeField({ shape: variableShape, node, path }, 'description', scene)
  if (sensitive === true) return sensitiveVariable(entry, node, type, scene)
  const schema = typeof type === 'string' ? schemas[type as (typeof variableTypes)[number]] : undefined
  if (schema === undefined || typeof sensitive !== 'boolean') return failed
  return plainVariable({ entry, node, schema }, spot, scene)
}

const schemas: Readonly<Record<(typeof variableTypes)[number], Schema>> = {
  string: { kind: 'string' },
  integer: { kind: 'integer' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  list: { kind: 'list', of: { kind: 'any' } },
  map: { kind: 'map', of: { kind: 'any' } },
}

const sensitiveVariable = (entry: Entry, node: MapNode, type: Value | undefined, scene: Scene): VariableState => {
  const { key, keySpan } = entry
  const given = scene.names.inputs.secrets.get(`var:${key}`)
  const preset = node.entries.get('default')
  if (preset !== undefined)
    scene.problems.error(
      'FORGE1020',
      preset.keySpan,
      () =>
        `The variable ${quote(key)} is sensitive, so its text must not be in the configuration. Remove the default and give it by FORGE_VAR_${key} or a variable file.`,
    )
  else if (type !== 'string')
    scene.problems.error('FORGE1020', keySpan, () => `The variable ${quote(key)} is sensitive, so it is a string. Remove the type.`)
  else if (given === undefined)
    scene.problems.error(
      'FORGE2015',
      keySpan,
      () =>
        `The sensitive variable ${quote(key)} is not given. Set FORGE_VAR_${key}, or give it in a variable file or on standard input; --var is refused, since a command line is public.`,
    )
  else return { kind: 'known', value: late({ kind: 'secret', source: `var:${key}`, digest: given.digest }), given: true, sensitive: true }
  return failed
}

interface Declared {
  readonly entry: Entry
  readonly node: MapNode
  readonly schema: Schema
}

const plainVariable = ({ entry, node, schema }: Declared, spot: Spot, scene: Scene): VariableState => {
  const { inputs } = scene.names
  const preset = node.entries.get('default')
  const fallback =
    preset === undefined ? undefined : decodeValue(schema, preset.value, { path: `${spot.path}.default`, at: preset.keySpan }, scene)
  const given = inputs.variables.get(entry.key)
  if (given !== undefined) return givenVariable({ given, from: inputs.origins.get(entry.key) ?? 'somewhere outside' }, schema, spot, scene)
  if (fallback !== undefined) return { kind: 'known', value: fallback, given: false, sensitive: false }
  if (preset === undefined && !misspeltKeys(variableShape, node).has('default')) {
    const { key } = entry
    const ways = `Set FORGE_VAR_${key}, give --var ${key}=... or a variable file, or add a default.`
    scene.problems.error('FORGE2015', entry.keySpan, () => `The variable ${quote(key)} has neither a value nor a default. ${ways}`)
  }
  return failed
}

interface Given {
  readonly given: Plain
  /** Where it was given. */
  readonly from: string
}

const givenVariable = ({ given, from }: Given, schema: Schema, spot: Spot, scene: Scene): VariableState => {
  // A variable file is hostile until it is read: no `$late`, no endless depth.
  const plain = parsePlain(structured(given, schema))
  const node = nodeOf(plain ?? null, spot.at)
  // What is wrong inside is told in one sentence at the declaration: the value itself stands elsewhere.
  const { scene: apart, failedInside } = scratch(scene)
  const value = decodeValue(schema, node, spot, apart)
  if (value !== undefined && !failedInside()) return { kind: 'known', value, given: true, sensitive: false }
  scene.problems.error(
    'FORGE2016',
    spot.at,
    () => `${spot.path} takes ${wanted(schema)}, but ${nounOf(node)} that does not fit comes from ${from}.`,
  )
  return failed
}

// Environment and command line give text; lists and maps are written there as JSON.
const structured = (given: Plain, schema: Schema): Plain => {
  if (typeof given !== 'string' || (schema.kind !== 'list' && schema.kind !== 'map')) return given
  try {
    return parsePlain(JSON.parse(given)) ?? given
  } catch (error) {
    if (error instanceof SyntaxError) return given
    throw error
  }
}
