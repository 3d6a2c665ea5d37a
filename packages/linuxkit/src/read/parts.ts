import type { MapNode, Node, ScalarNode } from '@forgeplan/config'
import { entryOf } from '@forgeplan/config'

/** The lists of containers. */
export const containerSections = ['onboot', 'onshutdown', 'services'] as const
export type ContainerSection = (typeof containerSections)[number]

/** A map in a list of a file, with its path for sentences: `services[2]`. */
export interface Item {
  readonly section: string
  readonly path: string
  readonly node: MapNode
}

/** The maps in a list, over all files in their order. */
export const itemsOf = (roots: readonly MapNode[], section: string): readonly Item[] =>
  roots.flatMap((root) =>
    nodesOf(root, section).flatMap((node, at) => (node.kind === 'map' ? [{ section, path: `${section}[${at}]`, node }] : [])),
  )

/** The items of a list; nothing for any other value. */
export const nodesOf = (node: Node, key: string): readonly Node[] => {
  const value = entryOf(node, key)?.value
  return value?.kind === 'list' ? value.items : []
}

/** A scalar that is a text, and where it stands. */
export interface Text {
  readonly text: string
  readonly path: string
  readonly node: ScalarNode
}

export const textAt = (item: Pick<Item, 'node' | 'path'>, key: string): Text | undefined =>
  asText(entryOf(item.node, key)?.value, `${item.path}.${key}`)

/** The texts of a list. */
export const textsAt = (item: Pick<Item, 'node' | 'path'>, key: string): readonly Text[] =>
  nodesOf(item.node, key).flatMap((node, at) => asText(node, `${item.path}.${key}[${at}]`) ?? [])

export const asText = (node: Node | undefined, path: string): Text | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? { text: node.value, path, node } : undefined

/** The maps of a list in an item. */
export const mapsAt = (item: Item, key: string): readonly Item[] =>
  nodesOf(item.node, key).flatMap((node, at) =>
    node.kind === 'map' ? [{ section: item.section, path: `${item.path}.${key}[${at}]`, node }] : [],
  )

/** Whether a flag stands there and is true. */
export const isSet = (item: Pick<Item, 'node'>, key: string): boolean => {
  const value = entryOf(item.node, key)?.value
  return value?.kind === 'scalar' && value.value === true
}
