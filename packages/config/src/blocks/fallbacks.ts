import type { Field, ObjectSchema } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { scratch } from '../expression/scene.ts'
import type { Entry, MapNode, Node } from '../tree.ts'
import { nodeOf } from '../tree.ts'
import type { Spot } from '../values/decode-value.ts'
import { decodeValue } from '../values/decode-value.ts'
import { wanted } from '../values/nouns.ts'
import { fieldNamed } from '../values/spellings.ts'

/** A setting that a block leaves to the environment. */
export interface Fallback {
  readonly name: string
  readonly field: Field
  /** Environment variables, of which the first that is not empty gives it. */
  readonly variables: readonly string[]
}

/** The settings that a provider's block does not give and the environment may. */
export const fallbacksOf = (settings: ObjectSchema, node: MapNode): readonly Fallback[] => {
  const given = new Set([...node.entries.keys()].map((key) => fieldNamed(settings, key)))
  return Object.entries(settings.fields).flatMap(([name, field]) => {
    const { environment: variables = [], insteadOf = [] } = field
    return variables.length === 0 || [name, ...insteadOf].some((each) => given.has(each)) ? [] : [{ name, field, variables }]
  })
}

/** The block with what the environment gives, as if it stood there: of a secret only where it will be found. */
export const withEnvironment = (settings: ObjectSchema, node: MapNode, spot: Spot, scene: Scene): MapNode => {
  const more = fallbacksOf(settings, node).flatMap((fallback): readonly (readonly [string, Entry])[] => {
    const value = fallback.field.schema.kind === 'secret' ? secretOf(fallback, spot, scene) : plainOf(fallback, spot, scene)
    return value === undefined ? [] : [[fallback.name, { key: fallback.name, keySpan: spot.at, value }]]
  })
  return { ...node, entries: new Map([...node.entries, ...more]) }
}

const secretOf = ({ variables }: Fallback, spot: Spot, scene: Scene): Node | undefined => {
  const { secrets } = scene.names.inputs
  const variable = variables.find((name) => secrets.get(`env:${name}`)?.isEmpty === false)
  if (variable === undefined) return undefined
  return { kind: 'scalar', value: `env:${variable}`, style: 'plain', text: '', span: spot.at }
}

const plainOf = ({ name, field, variables }: Fallback, spot: Spot, scene: Scene): Node | undefined => {
  const { environment } = scene.names.inputs
  const variable = variables.find((each) => (environment.get(each) ?? '') !== '')
  if (variable === undefined) return undefined
  const node = nodeOf(spelledOut(field, environment.get(variable) ?? ''), spot.at)
  // What does not fit is told with the variable, in which nobody would look otherwise.
  const { scene: apart, failedInside } = scratch(scene)
  const value = decodeValue(field.schema, node, spot, apart)
  if (value !== undefined && !failedInside()) return node
  const remedy = `Correct it, unset it, or write ${name} into the configuration, which wins.`
  const detail = `${spot.path}.${name} takes ${wanted(field.schema)}, but the environment variable ${variable} holds something else. ${remedy}`
  scene.problems.error('FORGE2036', spot.at, () => detail)
  return undefined
}

// Shells have no booleans, and the tools that these variables come from take 1 and 0.
const spelledOut = ({ schema }: Field, text: string): string =>
  schema.kind !== 'boolean' ? text : text === '1' ? 'true' : text === '0' ? 'false' : text
