import type { Span } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import type { Problems } from './problems.ts'
import type { Entry, MapNode } from './tree.ts'
import { entriesOf, entryOf, textOf } from './tree.ts'
import { nounOf } from './values/nouns.ts'
import { quote } from './wording.ts'

/** A document in which every block has the keys of its own provider, and the places of those that others would have. */
export interface Chosen {
  readonly root: MapNode
  readonly passed: readonly Span[]
}

/**
 * Puts the keys under `only: { PLUGIN: ... }` where they count: into their block, if its provider is of that plugin, in place
 * of a key of the same name; nowhere otherwise. So one file serves several providers.
 */
export const chooseKeys = (root: MapNode, problems: Problems): Chosen => {
  const choosing: Choosing = { plugins: pluginsOf(root), passed: [], problems }
  const inSection = (node: MapNode, { section, key }: (typeof sections)[number]): MapNode =>
    changed(node, section, (blocks) =>
      changedEach(blocks, (block) =>
        inMap(block, (map) => changed(map, key, (entry) => choose(entry, [section, block.key, key], choosing))),
      ),
    )
  return { root: sections.reduce(inSection, root), passed: choosing.passed }
}

/** What names a provider and takes keys of it. */
const sections = [
  { section: 'groups', key: 'instance' },
  { section: 'instances', key: 'instance' },
  { section: 'images', key: 'push' },
] as const

const pluginsOf = (root: MapNode): ReadonlyMap<string, string> =>
  new Map(
    entriesOf(entryOf(root, 'providers')?.value).flatMap(({ key, value }) => {
      const plugin = textOf(entryOf(value, 'plugin')?.value)
      return plugin === undefined ? [] : [[key, plugin] as const]
    }),
  )

interface Choosing {
  /** By the names of their providers. */
  readonly plugins: ReadonlyMap<string, string>
  readonly passed: Span[]
  readonly problems: Problems
}

const choose = (entry: Entry, path: readonly string[], choosing: Choosing): Entry => {
  const only = entryOf(entry.value, 'only')
  if (entry.value.kind !== 'map' || only?.value.kind !== 'map') return entry
  const plugin = choosing.plugins.get(textOf(entryOf(entry.value, 'provider')?.value) ?? '')
  const entries = new Map([...entry.value.entries].filter(([key]) => key !== 'only'))
  for (const given of entriesOf(only.value))
    if (given.value.kind !== 'map') refuseOther(given, path, choosing)
    else if (given.key === plugin) for (const each of entriesOf(given.value)) take(each, entries, choosing)
    else passOver(given, choosing)
  return { ...entry, value: { ...entry.value, entries } }
}

// The provider is what the choice rests on, and a choice within a choice would go unread.
const take = (entry: Entry, into: Map<string, Entry>, { problems }: Choosing): void => {
  const { key, keySpan } = entry
  if (key === 'provider' || key === 'only')
    problems.error('FORGE1012', keySpan, () => `${quote(key)} cannot stand under only. Write it beside only, or leave it out.`)
  else into.set(key, entry)
}

const refuseOther = ({ key, keySpan, value }: Entry, path: readonly string[], { problems }: Choosing): void =>
  problems.error('FORGE1014', keySpan, () => `${[...path, 'only', key].join('.')} is a map of keys, but ${nounOf(value)} stands here.`)

// The name of a plugin that this configuration does not use is none that it can know; one that is nearly right is a slip.
const passOver = ({ key, keySpan, value }: Entry, { plugins, passed, problems }: Choosing): void => {
  passed.push(value.span)
  const known = [...plugins.values()]
  const near = known.includes(key) ? undefined : nearest(key, known)
  if (near !== undefined)
    problems.error('FORGE1012', keySpan, () => `No provider here is of the plugin ${quote(key)}. Did you mean ${quote(near)}?`)
}

const inMap = (entry: Entry, change: (map: MapNode) => MapNode): Entry =>
  entry.value.kind === 'map' ? { ...entry, value: change(entry.value) } : entry

const changed = (map: MapNode, key: string, change: (entry: Entry) => Entry): MapNode => {
  const entry = map.entries.get(key)
  return entry === undefined ? map : { ...map, entries: new Map([...map.entries, [key, change(entry)]]) }
}

const changedEach = (entry: Entry, change: (entry: Entry) => Entry): Entry =>
  inMap(entry, (map) => ({ ...map, entries: new Map([...map.entries].map(([key, each]) => [key, change(each)])) }))
