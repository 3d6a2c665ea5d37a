import type { FlavorType, FlavorUse, ImageType, ProviderType, ProviderUse, UnitName } from '@forgeplan/model'
import { namePattern, normaliseObject } from '@forgeplan/model'
import type { Span } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { Names, ProviderHead } from '../names.ts'
import { Trail, zones } from '../names.ts'
import { flavorHead, providerHead, withHead } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { textOf } from '../tree.ts'
import { checkHead } from '../values/check-keys.ts'
import { decodeObject } from '../values/decode-value.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import { withEnvironment } from './fallbacks.ts'
import { decodeField } from './fields.ts'
import { blockOf, namedBlocks } from './section.ts'

/** Which provider each name stands for, without reporting anything. */
export const providerHeads = (root: MapNode, names: Pick<Names, 'catalog'>): ReadonlyMap<string, ProviderHead> => {
  const section = root.entries.get('providers')?.value
  const entries = section?.kind === 'map' ? [...section.entries.values()] : []
  return new Map(entries.map(({ key, value }) => [key, { name: key, type: names.catalog.providers.get(pluginText(value) ?? '') }] as const))
}

const pluginText = (node: Entry['value']): string | undefined =>
  node.kind === 'map' ? textOf(node.entries.get('plugin')?.value) : undefined

/** Every provider that could be read. Its settings are known now, or secrets. */
export const decodeProviders = (root: MapNode, scene: Scene): readonly ProviderUse[] =>
  namedBlocks(root, 'providers', namePattern, scene.problems).flatMap((entry) => {
    const found = pluginBlock(entry, 'providers', scene.names.catalog.providers, scene)
    if (found === undefined) return []
    const { plugin, type, node } = found
    const spot = { path: `providers.${entry.key}`, at: entry.keySpan }
    const known: Scene = { ...scene, zone: zones.known }
    const whole = withEnvironment(type.settings, node, spot, known)
    const { plugin: _, ...given } = decodeObject(withHead(providerHead, type.settings), whole, spot, known)
    const settings = normaliseObject(type.settings, given)
    checkSettings(type, settings, entry, scene)
    return [{ name: entry.key, plugin, settings }]
  })

const checkSettings = (type: ProviderType, settings: ProviderUse['settings'], entry: Entry, scene: Scene): void => {
  const found = type.checkSettings?.(settings) ?? []
  scene.problems.take(found.map((diagnostic) => (diagnostic.span === undefined ? { ...diagnostic, span: entry.keySpan } : diagnostic)))
}

/** A flavor and the blocks that its configuration refers to. */
export interface FlavorBlock {
  readonly use: FlavorUse
  readonly refersTo: ReadonlyMap<UnitName, Span>
}

/** Every flavor that could be read, also those that no block uses. */
export const decodeFlavors = (root: MapNode, scene: Scene): ReadonlyMap<string, FlavorBlock> => {
  const blocks = namedBlocks(root, 'flavors', namePattern, scene.problems).flatMap((entry) => {
    const found = pluginBlock(entry, 'flavors', scene.names.catalog.flavors, scene)
    if (found === undefined) return []
    const { plugin, type, node } = found
    const trail = new Trail(scene.trail.sources)
    const spot = { path: `flavors.${entry.key}`, at: entry.keySpan }
    const { plugin: _, ...given } = decodeObject(withHead(flavorHead, type.config), node, spot, { ...scene, zone: zones.flavor, trail })
    const use: FlavorUse = { name: entry.key, plugin, config: normaliseObject(type.config, given) }
    return [[entry.key, { use, refersTo: trail.units }] as const]
  })
  return new Map(blocks)
}

interface Found<T> {
  readonly plugin: string
  readonly type: T
  readonly node: MapNode
}

/** A block and its plugin; what is wrong with them is reported. */
export const pluginBlock = <T extends ProviderType | FlavorType | ImageType>(
  entry: Entry,
  section: string,
  known: ReadonlyMap<string, T>,
  scene: Scene,
): Found<T> | undefined => {
  const path = `${section}.${entry.key}`
  const node = blockOf(entry, path, scene.problems)
  if (node === undefined) return undefined
  checkHead(providerHead, node, { path, at: entry.keySpan }, scene.problems)
  const plugin = decodeField({ shape: providerHead, node, path }, 'plugin', { ...scene, zone: zones.fixed })
  if (typeof plugin !== 'string') return undefined
  const type = known.get(plugin)
  if (type !== undefined) return { plugin, type, node }
  const span = node.entries.get('plugin')?.value.span ?? entry.keySpan
  scene.problems.error(
    'FORGE2007',
    span,
    () => `No plugin ${quote(plugin)} exists for ${section}. Known plugins: ${listed(known.keys())}.${didYouMean(plugin, known.keys())}`,
  )
  return undefined
}
