import type { Catalog, Checked, RequiredInput, SecretSource, Span } from '@forgeplan/model'
import { checked, compareText, stackName } from '@forgeplan/model'
import { reportShared } from './blocks/exclusive.ts'
import { decodeImages } from './blocks/images.ts'
import { checkInside } from './blocks/inside.ts'
import { decodeMoves } from './blocks/moves.ts'
import { decodeOutputs } from './blocks/outputs.ts'
import { decodeFlavors, decodeProviders, providerHeads } from './blocks/plugins.ts'
import { decodeRootPolicy } from './blocks/policy.ts'
import { checkEnvironment, decodeStack } from './blocks/stack.ts'
import { unitSources } from './blocks/unit-heads.ts'
import { decodeUnit } from './blocks/units.ts'
import { decodeVariables } from './blocks/variables.ts'
import { reportCircles } from './circles.ts'
import type { Config } from './config.ts'
import type { Document } from './document.ts'
import type { Scene } from './expression/scene.ts'
import type { Inputs } from './inputs.ts'
import type { Names } from './names.ts'
import { Trail, zones } from './names.ts'
import { Problems } from './problems.ts'
import { rootShape } from './shape.ts'
import type { MapNode } from './tree.ts'
import { entriesOf } from './tree.ts'
import { checkKeys } from './values/check-keys.ts'

/** Checks a document against the catalog and fills in what is known now. Tells all problems at once; never throws on input. */
export const decode = (document: Document, catalog: Catalog, inputs: Inputs): Checked<Config> => {
  const { root } = document
  const start = startScene(root, catalog, inputs)
  checkKeys(rootShape, root, { path: '', at: { file: root.span.file, start: 0, end: 0 } }, start.problems)
  checkEnvironment(start)
  const variables = decodeVariables(root, start)
  const stacked = within(start, { variables })
  const stack = decodeStack(root, stacked)
  const named = within(stacked, { stack: { name: stack, environment: inputs.environmentName ?? '' } })
  const providers = decodeProviders(root, named)
  const images = decodeImages(root, providers, named)
  const imaged = within(named, { images: new Map(images.map(({ key, head }) => [key, head])) })
  const sources = unitSources(root, imaged)
  const scene = within(imaged, { units: new Map(sources.map(({ head }) => [head.name, head])) })
  const flavors = decodeFlavors(root, scene)
  const { maxDestroy, policy } = decodeRootPolicy(root, scene)
  const blocks = sources.map((source) => ({ source, ...decodeUnit(source, { flavors, policy }, scene) }))
  const outputs = decodeOutputs(root, scene)
  const moves = decodeMoves(root, scene)
  reportCircles(new Map(blocks.map(({ name, edges }) => [name, edges])), scene.problems)
  const placed = blocks.flatMap(({ source, unit }) => (unit === undefined ? [] : [{ source, unit }]))
  reportShared(placed, scene.problems)
  for (const each of placed) checkInside(each, { providers, root }, scene)
  const config = (): Config => ({
    stack: stackName(stack ?? '', inputs.environmentName),
    providers,
    units: [...images.flatMap(({ unit }) => unit ?? []), ...placed.map(({ unit }) => unit)],
    outputs,
    moves,
    maxDestroy,
    requires: requiresOf(scene.trail.sources, inputs),
    places: placesOf(root),
  })
  return checked(config, scene.problems.all())
}

const startScene = (root: MapNode, catalog: Catalog, inputs: Inputs): Scene => {
  const flavors = new Set(entriesOf(root.entries.get('flavors')?.value).map((entry) => entry.key))
  const names: Names = {
    catalog,
    inputs,
    stack: { name: undefined, environment: inputs.environmentName ?? '' },
    variables: new Map(),
    providers: providerHeads(root, { catalog }),
    flavors,
    units: new Map(),
    images: new Map(),
  }
  return { names, zone: zones.known, problems: new Problems(), trail: new Trail() }
}

const within = (scene: Scene, more: Partial<Names>): Scene => ({ ...scene, names: { ...scene.names, ...more } })

// Only secrets are fetched again when a saved plan is applied; the values of all other inputs stand in the plan.
const requiresOf = (sources: ReadonlySet<SecretSource>, inputs: Inputs): readonly RequiredInput[] =>
  [...sources].toSorted(compareText).flatMap((source) => {
    const secret = inputs.secrets.get(source)
    return secret === undefined ? [] : [{ source, digest: secret.digest }]
  })

const sections = {
  groups: 'group',
  instances: 'instance',
  images: 'image',
  providers: 'provider',
  flavors: 'flavor',
  outputs: 'output',
} as const

const placesOf = (root: MapNode): ReadonlyMap<string, Span> =>
  new Map(
    Object.entries(sections).flatMap(([section, kind]) =>
      entriesOf(root.entries.get(section)?.value).map((entry) => [`${kind}.${entry.key}`, entry.keySpan] as const),
    ),
  )
