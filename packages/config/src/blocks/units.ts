import type { FlavorUse, Span, Unit, UnitName, ValueMap } from '@forgeplan/model'
import { compareAddress, normaliseObject, parseUnitName } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import { machineZone, Trail, zones } from '../names.ts'
import { groupShape, instanceShape, machineHead, withHead } from '../shape.ts'
import { checkHead, checkKeys } from '../values/check-keys.ts'
import { decodeObject } from '../values/decode-value.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import { decodeField, decodeTexts } from './fields.ts'
import type { FlavorBlock } from './plugins.ts'
import type { PartialPolicy } from './policy.ts'
import { decodeUnitPolicy, mergedPolicy } from './policy.ts'
import { blockOf } from './section.ts'
import type { UnitSource } from './unit-heads.ts'
import { decodeHeal, decodeQuorum, decodeUpdate } from './update.ts'

/** The blocks that a unit waits for, each with the place that says so. */
export type Edges = ReadonlyMap<UnitName, Span>

/** A unit's block; `unit` is undefined when it was reported, while its edges still take part in the search for circles. */
export interface UnitBlock {
  readonly name: UnitName
  readonly unit: Unit | undefined
  readonly edges: Edges
}

interface Outer {
  readonly flavors: ReadonlyMap<string, FlavorBlock>
  readonly policy: PartialPolicy
}

/** Second pass: one unit with everything in it. */
export const decodeUnit = (source: UnitSource, outer: Outer, scene: Scene): UnitBlock => {
  const { entry, node, path, head } = source
  const known: Scene = { ...scene, zone: zones.known }
  const shape = head.name.startsWith('group.') ? groupShape : instanceShape
  checkKeys(shape, node, { path, at: entry.keySpan }, scene.problems)
  const trail = new Trail(scene.trail.sources)
  const inputs = decodeMachine(source, { ...scene, zone: machineZone(head.name), trail })
  const own = decodeUnitPolicy(node, path, head.type, scene)
  const block = { shape, node, path }
  const healthTimeoutMs = decodeField(block, 'healthTimeout', known)
  const flavor = decodeFlavorUse(source, outer.flavors, known)
  const edges = new Map([...explicitEdges(source, known), ...(flavor?.refersTo ?? []), ...trail.units])
  edges.delete(head.name)
  const heal = decodeHeal(block, known)
  const quorum = decodeQuorum(block, known)
  // One that was reported bounds nothing.
  const timeoutMs = typeof healthTimeoutMs === 'number' ? healthTimeoutMs : Number.POSITIVE_INFINITY
  const update = decodeUpdate(block, { shape: head.shape, healthTimeoutMs: timeoutMs }, known)
  const { type, provider } = head
  if (
    type === undefined ||
    provider === undefined ||
    head.shape === undefined ||
    inputs === undefined ||
    typeof healthTimeoutMs !== 'number'
  )
    return { name: head.name, unit: undefined, edges }
  const unit: Unit = {
    name: head.name,
    shape: head.shape,
    type: type.name,
    provider,
    inputs,
    flavor: flavor?.use ?? null,
    policy: { ...mergedPolicy(own, outer.policy, type), ...quorum },
    dependsOn: [...edges.keys()].toSorted(compareAddress),
    healthTimeoutMs,
    update,
    heal,
  }
  return { name: head.name, unit, edges }
}

const decodeMachine = ({ node, path, head }: UnitSource, scene: Scene): ValueMap | undefined => {
  const entry = node.entries.get('instance')
  const block = entry === undefined ? undefined : blockOf(entry, `${path}.instance`, scene.problems)
  if (entry === undefined || block === undefined) return undefined
  const spot = { path: `${path}.instance`, at: entry.keySpan }
  if (head.type === undefined) {
    // Without the type only the missing name of the provider can be told.
    checkHead(machineHead, block, spot, scene.problems)
    return undefined
  }
  const { provider: _, type: __, only: ___, ...given } = decodeObject(withHead(machineHead, head.type.inputs), block, spot, scene)
  return normaliseObject(head.type.inputs, given)
}

const decodeFlavorUse = (
  { node, path, head }: UnitSource,
  flavors: ReadonlyMap<string, FlavorBlock>,
  scene: Scene,
): { readonly use: FlavorUse; readonly refersTo: Edges } | undefined => {
  const entry = node.entries.get('flavor')
  const name = entry === undefined ? undefined : decodeField({ shape: instanceShape, node, path }, 'flavor', scene)
  if (entry === undefined || typeof name !== 'string') return undefined
  if (!scene.names.flavors.has(name)) {
    const configured = scene.names.flavors
    scene.problems.error(
      'FORGE2006',
      entry.value.span,
      () => `No flavor ${quote(name)} is configured. Configured: ${listed(configured)}.${didYouMean(name, configured)}`,
    )
    return undefined
  }
  if (head.type !== undefined && head.type.prepared === undefined) {
    const type = head.type.name
    scene.problems.error(
      'FORGE2023',
      entry.value.span,
      () => `Machines of type ${type} carry nothing that a flavor could prepare. Remove the flavor.`,
    )
  }
  const block = flavors.get(name)
  if (block?.refersTo.has(head.name) === true && head.shape?.kind === 'single')
    scene.problems.error(
      'FORGE2021',
      entry.value.span,
      () => `The flavor ${quote(name)} uses outputs of ${head.name}, which are known only after the flavor has prepared it.`,
    )
  return block
}

const explicitEdges = ({ node, path, head }: UnitSource, scene: Scene): Edges => {
  const edges = new Map<UnitName, Span>()
  const { units } = scene.names
  for (const { text, span } of decodeTexts({ shape: instanceShape, node, path }, 'dependsOn', scene)) {
    const name = parseUnitName(text)
    if (name === head.name) scene.problems.error('FORGE2021', span, () => `${name} cannot wait for itself. Remove this entry.`)
    else if (name !== undefined && units.has(name)) edges.set(name, span)
    else
      scene.problems.error(
        'FORGE2004',
        span,
        () => `No block ${quote(text)} is configured. Write group.NAME or instance.NAME.${unitHint(text, units)}`,
      )
  }
  return edges
}

const unitHint = (text: string, units: ReadonlyMap<UnitName, unknown>): string => {
  const bare = [`group.${text}`, `instance.${text}`].find((name) => units.has(name as UnitName))
  return bare === undefined ? didYouMean(text, units.keys()) : ` Did you mean ${quote(bare)}?`
}
