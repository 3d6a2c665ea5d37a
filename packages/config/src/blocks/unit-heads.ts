import type { MemberShape, ProviderType, ResourceType, Span } from '@forgeplan/model'
import { compareAddress, groupUnit, instanceUnit, namePattern } from '@forgeplan/model'
import type { Scene } from '../expression/scene.ts'
import type { UnitHead } from '../names.ts'
import { zones } from '../names.ts'
import { groupShape, machineHead } from '../shape.ts'
import type { Entry, MapNode } from '../tree.ts'
import { entryOf } from '../tree.ts'
import { misspeltKeys } from '../values/check-keys.ts'
import { didYouMean, listed, quote } from '../wording.ts'
import type { TextItem } from './fields.ts'
import { decodeField, decodeTexts } from './fields.ts'
import { blockOf, namedBlocks } from './section.ts'

/** A unit's block, before its inputs are read. */
export interface UnitSource {
  readonly entry: Entry
  readonly node: MapNode
  readonly path: string
  readonly head: UnitHead
}

/** First pass: which units there are, of which shape and type, so that references can be checked. */
export const unitSources = (root: MapNode, scene: Scene): readonly UnitSource[] => {
  const known: Scene = { ...scene, zone: zones.known }
  return (['groups', 'instances'] as const).flatMap((section) =>
    namedBlocks(root, section, namePattern, scene.problems).flatMap((entry) => {
      const path = `${section}.${entry.key}`
      const node = blockOf(entry, path, scene.problems)
      if (node === undefined) return []
      const name = section === 'groups' ? groupUnit(entry.key) : instanceUnit(entry.key)
      const shape: MemberShape | undefined = section === 'groups' ? groupMembers(entry, node, path, known) : { kind: 'single' }
      return [{ entry, node, path, head: headFor({ name, shape, keySpan: entry.keySpan }, node, path, known) }]
    }),
  )
}

const headFor = (
  { name, shape, keySpan }: Pick<UnitHead, 'name' | 'shape' | 'keySpan'>,
  node: MapNode,
  unitPath: string,
  scene: Scene,
): UnitHead => {
  const machine = entryOf(node, 'instance')
  const path = `${unitPath}.instance`
  const written =
    machine?.value.kind === 'map' ? decodeField({ shape: machineHead, node: machine.value, path: path }, 'provider', scene) : undefined
  const provider = typeof written === 'string' ? written : undefined
  const head = provider === undefined ? undefined : scene.names.providers.get(provider)
  if (provider !== undefined && head === undefined) {
    const { providers } = scene.names
    const span = entryOf(machine?.value, 'provider')?.value.span ?? keySpan
    const detail = `No provider ${quote(provider)} is configured. Configured: ${listed(providers.keys())}.${didYouMean(provider, providers.keys())}`
    scene.problems.error('FORGE2005', span, () => detail)
  }
  const block = machine?.value.kind === 'map' ? machine.value : undefined
  return { name, shape, provider, type: chosenType(head?.type, block, path, scene), keySpan, renumbers: renumbers(node) }
}

const renumbers = (node: MapNode): boolean => {
  const update = node.entries.get('update')?.value
  if (update?.kind !== 'map') return false
  const order = update.entries.get('order')?.value
  return update.entries.has('maxSurge') || (order?.kind === 'scalar' && order.value === 'create-first')
}

type Types = Pick<ProviderType, 'machine' | 'others' | 'types'>

/** The type that groups and instances of a provider are made of. */
export const machineTypeOf = (provider: Types | undefined): ResourceType | undefined =>
  provider?.types.find((type) => type.name === provider.machine)

/** The types that they can be made of, the machine first. */
export const unitTypesOf = (provider: Types): readonly ResourceType[] =>
  [provider.machine, ...(provider.others ?? [])].flatMap((name) => provider.types.find((type) => type.name === name) ?? [])

/** What a configuration calls a type: `folder` for `vsphere/folder`. */
export const typeWord = ({ name }: ResourceType): string => name.slice(name.indexOf('/') + 1)

/** The type that a block names in `type`, or the machine; undefined where there is none of that name. */
export const namedType = (provider: Types | undefined, word: string | undefined): ResourceType | undefined =>
  provider === undefined || word === undefined ? machineTypeOf(provider) : unitTypesOf(provider).find((type) => typeWord(type) === word)

const chosenType = (provider: Types | undefined, node: MapNode | undefined, path: string, scene: Scene): ResourceType | undefined => {
  const entry = entryOf(node, 'type')
  if (provider === undefined || node === undefined || entry === undefined) return machineTypeOf(provider)
  const word = decodeField({ shape: machineHead, node, path }, 'type', scene)
  if (typeof word !== 'string') return undefined
  const type = namedType(provider, word)
  const words = unitTypesOf(provider).map(typeWord)
  if (type === undefined)
    scene.problems.error(
      'FORGE2037',
      entry.value.span,
      () => `The provider makes no ${quote(word)} as a group or an instance. It makes ${listed(words)}.${didYouMean(word, words)}`,
    )
  return type
}

const groupMembers = (entry: Entry, node: MapNode, path: string, scene: Scene): MemberShape | undefined => {
  const [sizeEntry, idsEntry] = [node.entries.get('size'), node.entries.get('ids')]
  const size = decodeField({ shape: groupShape, node, path }, 'size', scene)
  const ids = decodeTexts({ shape: groupShape, node, path }, 'ids', scene)
  if ((sizeEntry === undefined) === (idsEntry === undefined)) {
    const misspelt = misspeltKeys(groupShape, node)
    if (misspelt.has('size') || misspelt.has('ids')) return undefined
    const detail =
      sizeEntry === undefined
        ? `${path} has neither size nor ids. Add size: N, or ids: [a, b].`
        : `${path} has both size and ids. Remove one of them.`
    scene.problems.error('FORGE1019', idsEntry?.keySpan ?? entry.keySpan, () => detail)
    return undefined
  }
  if (idsEntry !== undefined) return idsShape(ids, scene)
  return typeof size === 'number' ? { kind: 'sized', size } : undefined
}

const idsShape = (items: readonly TextItem[], scene: Scene): MemberShape => {
  const seen = new Map<string, Span>()
  for (const { text, span } of items) {
    const before = seen.get(text)
    const related = before === undefined ? [] : [{ span: before, label: 'first used here' }]
    if (before !== undefined)
      scene.problems.error('FORGE1018', span, () => `The id ${quote(text)} already stands in this list. Each id makes one member.`, related)
    else seen.set(text, span)
  }
  return { kind: 'ids', ids: [...seen.keys()].toSorted(compareAddress) }
}
