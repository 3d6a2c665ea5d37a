import type { ImageType, PlainMap, ProviderType, ProviderUse, ResourceType, Span, Unit, UnitName, ValueMap } from '@forgeplan/model'
import { cautious, findType, imageUnit, namePattern, normaliseObject, placementOf, versionLength } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { ImageHead } from '../names.ts'
import { zones } from '../names.ts'
import { imageHead, pushHead, withHead } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { entryOf } from '../tree.ts'
import { checkHead } from '../values/check-keys.ts'
import { decodeObject } from '../values/decode-value.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import { decodeField } from './fields.ts'
import { pluginBlock } from './plugins.ts'
import { blockOf, namedBlocks } from './section.ts'

/** An image's block; `unit` is undefined when it was reported. */
export interface ImageBlock {
  readonly key: string
  readonly head: ImageHead
  readonly unit: Unit | undefined
}

/** Every image, with the version that its source has now. */
export const decodeImages = (root: MapNode, providers: readonly ProviderUse[], scene: Scene): readonly ImageBlock[] =>
  namedBlocks(root, 'images', namePattern, scene.problems).map((entry) => {
    const name = imageUnit(entry.key)
    const found = pluginBlock(entry, 'images', scene.names.catalog.images, scene)
    const unit = found === undefined ? undefined : decodeImage({ ...found, entry, name }, { ...scene, zone: zones.known })
    return {
      key: entry.key,
      head: { name, provider: unit?.provider, paths: unit === undefined ? undefined : pathsOf(unit, providers, scene) },
      unit,
    }
  })

interface Source {
  readonly entry: Entry
  readonly name: UnitName
  readonly plugin: string
  readonly type: ImageType
  readonly node: MapNode
}

const decodeImage = ({ entry, name, plugin, type, node }: Source, scene: Scene): Unit | undefined => {
  const path = `images.${entry.key}`
  const { plugin: _, push: __, keep, format, ...config } = decodeOwn(node, path, type, { at: entry.keySpan, scene })
  const identity = scene.names.inputs.images.get(entry.key)
  if (identity !== undefined)
    scene.problems.take(identity.diagnostics.map((one) => (one.span === undefined ? { ...one, span: entry.keySpan } : one)))
  const pushed = decodePush(entry, path, scene)
  if (pushed === undefined || identity === undefined || identity.digest === null || typeof keep !== 'number') return undefined
  const { digest, madeOf, cmdline } = identity
  const known = { ...(madeOf === undefined ? {} : { madeOf }), ...(cmdline === undefined ? {} : { cmdline }) }
  const inputs = { name: entry.key, digest, format: format ?? null, plugin, config, ...known }
  return {
    name,
    shape: { kind: 'versions', wanted: digest.slice(0, versionLength), keep },
    type: pushed.type.name,
    provider: pushed.provider,
    inputs: normaliseObject(pushed.type.inputs, { ...pushed.placement, ...inputs }),
    flavor: null,
    // What it is made of is in the digest.
    policy: { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: ['config', 'madeOf', 'cmdline'] },
    dependsOn: [],
    healthTimeoutMs: 0,
    update: cautious(0),
    heal: null,
  }
}

// What the plugin and every image take. Where it is pushed depends on the provider.
const decodeOwn = (node: MapNode, path: string, type: ImageType, { at, scene }: { readonly at: Span; readonly scene: Scene }): ValueMap => {
  const { push: _, ...fields } = imageHead.fields
  const shape = withHead({ ...imageHead, fields }, type.config)
  const rest: MapNode = { ...node, entries: new Map([...node.entries].filter(([key]) => key !== 'push')) }
  return normaliseObject(shape, decodeObject(shape, rest, { path, at }, { ...scene, zone: zones.fixed }))
}

interface Pushed {
  readonly provider: string
  readonly type: ResourceType
  readonly placement: ValueMap
}

const decodePush = (entry: Entry, path: string, scene: Scene): Pushed | undefined => {
  const push = entryOf(entry.value, 'push')
  if (push === undefined) {
    scene.problems.error('FORGE1013', entry.keySpan, () => `${path} needs the key "push": ${imageHead.fields['push']?.doc ?? ''}`)
    return undefined
  }
  const node = blockOf(push, `${path}.push`, scene.problems)
  if (node === undefined) return undefined
  const spot = { path: `${path}.push`, at: push.keySpan }
  const provider = decodeField({ shape: pushHead, node, path: spot.path }, 'provider', scene)
  const type = typeof provider === 'string' ? typeAt(provider, entryOf(node, 'provider')?.value.span ?? push.keySpan, scene) : undefined
  if (typeof provider !== 'string' || type === undefined) {
    checkHead(pushHead, node, spot, scene.problems)
    return undefined
  }
  const { provider: _, only: __, ...placement } = decodeObject(withHead(pushHead, placementOf(type.inputs)), node, spot, scene)
  return { provider, type, placement }
}

const typeAt = (provider: string, span: Span, { names, problems }: Scene): ResourceType | undefined => {
  const head = names.providers.get(provider)
  const known = names.providers.keys()
  if (head === undefined)
    problems.error(
      'FORGE2005',
      span,
      () => `No provider ${quote(provider)} is configured. Configured: ${listed(known)}.${didYouMean(provider, known)}`,
    )
  const type = imageTypeOf(head?.type)
  if (head?.type !== undefined && type === undefined)
    problems.error(
      'FORGE2039',
      span,
      () => `The provider ${quote(provider)} (${head.type?.name ?? ''}) takes no images. Push to another one.`,
    )
  return type
}

/** The type that images pushed to a provider are made of. */
export const imageTypeOf = (provider: ProviderType | undefined): ResourceType | undefined =>
  provider?.types.find((type) => type.name === provider.image)

const pathsOf = ({ type, provider, inputs, shape }: Unit, providers: readonly ProviderUse[], { names }: Scene): PlainMap => ({
  ...findType(names.catalog, type)?.paths?.(inputs, providers.find(({ name }) => name === provider)?.settings ?? {}),
  ...(shape.kind === 'versions' ? { version: shape.wanted } : {}),
})
