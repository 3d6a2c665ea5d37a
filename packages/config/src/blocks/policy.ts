import type { MaxDestroy, Policy, ResourceType, Value, ValueMap } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { zones } from '../names.ts'
import { policyShape, unitPolicyShape } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { decodeObject } from '../values/decode-value.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import { decodeTexts, textsOf } from './fields.ts'
import { blockOf } from './section.ts'

/** A policy as it is written; absent keys are taken from the next outer one. */
export type PartialPolicy = Partial<Policy>

/** The policy of the whole file. */
export const decodeRootPolicy = (root: MapNode, scene: Scene): { readonly maxDestroy: MaxDestroy; readonly policy: PartialPolicy } => {
  const entry = root.entries.get('policy')
  const node = entry === undefined ? undefined : blockOf(entry, 'policy', scene.problems)
  if (entry === undefined || node === undefined) return { maxDestroy: maxDestroyOf('30%'), policy: {} }
  const known: Scene = { ...scene, zone: zones.known }
  const map = decodeObject(policyShape, node, { path: 'policy', at: entry.keySpan }, known)
  const types = [...scene.names.units.values()].map((unit) => unit.type)
  const allKnown = types.length > 0 && types.every((type) => type !== undefined)
  if (allKnown) checkIgnored(entry, types, 'policy', known)
  return { maxDestroy: maxDestroyOf(map['maxDestroy'] ?? '30%'), policy: partial(map) }
}

/** The policy of one block. */
export const decodeUnitPolicy = (node: MapNode, path: string, type: ResourceType | undefined, scene: Scene): PartialPolicy => {
  const entry = node.entries.get('policy')
  const block = entry === undefined ? undefined : blockOf(entry, `${path}.policy`, scene.problems)
  if (entry === undefined || block === undefined) return {}
  const known: Scene = { ...scene, zone: zones.known }
  const map = decodeObject(unitPolicyShape, block, { path: `${path}.policy`, at: entry.keySpan }, known)
  if (type !== undefined) checkIgnored(entry, [type], `${path}.policy`, known)
  return partial(map)
}

/** The block's own keys win; fields that the type does not have have no meaning for it. */
export const mergedPolicy = (own: PartialPolicy, outer: PartialPolicy, type: ResourceType): Policy => ({
  preventDestroy: own.preventDestroy ?? outer.preventDestroy ?? false,
  onDestroy: own.onDestroy ?? outer.onDestroy ?? 'destroy',
  ignoreChanges: [...new Set(own.ignoreChanges ?? outer.ignoreChanges ?? [])]
    .filter((field) => Object.hasOwn(type.inputs.fields, field))
    .toSorted(),
})

const partial = (map: ValueMap): PartialPolicy => ({
  ...(typeof map['preventDestroy'] === 'boolean' ? { preventDestroy: map['preventDestroy'] } : {}),
  ...(map['onDestroy'] === 'keep' || map['onDestroy'] === 'destroy' ? { onDestroy: map['onDestroy'] } : {}),
  ...(map['ignoreChanges'] === undefined ? {} : { ignoreChanges: textsOf(map['ignoreChanges']) }),
})

const maxDestroyOf = (value: Value): MaxDestroy =>
  typeof value === 'number' ? { kind: 'count', count: value } : { kind: 'share', percent: Number.parseInt(String(value), 10) }

const checkIgnored = (policy: Entry, types: readonly (ResourceType | undefined)[], path: string, scene: Scene): void => {
  if (policy.value.kind !== 'map') return
  const known = [...new Set(types.flatMap((type) => Object.keys(type?.inputs.fields ?? {})))]
  for (const { text, span } of decodeTexts({ shape: unitPolicyShape, node: policy.value, path: path }, 'ignoreChanges', scene)) {
    if (known.includes(text)) continue
    const detail = `The machine has no field ${quote(text)}. Its fields are ${listed(known)}.${didYouMean(text, known)}`
    scene.problems.error('FORGE2024', span, () => detail)
  }
}
