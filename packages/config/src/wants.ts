import type { Catalog, Plain, PlainMap, SecretSource } from '@forgeplan/model'
import { compareText } from '@forgeplan/model'
import { fallbacksOf } from './blocks/fallbacks.ts'
import type { Document } from './document.ts'
import { outsideOf } from './expression/references.ts'
import { isTemplate, readTemplate } from './expression/template.ts'
import { wordPattern } from './shape.ts'
import type { MapNode, Node } from './tree.ts'
import { entriesOf, entryOf, textOf } from './tree.ts'
import { secretSource } from './values/decode-secret.ts'

/** An image, as far as gathering what it is made of needs to know. */
export interface ImageWant {
  readonly name: string
  readonly plugin: string
  /** The whole block without positions. */
  readonly block: PlainMap
}

/** A declared variable, as far as gathering its value needs to know. */
export interface VariableWant {
  readonly name: string
  readonly sensitive: boolean
  readonly hasDefault: boolean
}

/** What a document asks for from outside; every list is sorted and without duplicates. */
export interface Wants {
  readonly plugins: readonly string[]
  readonly flavorPlugins: readonly string[]
  readonly imagePlugins: readonly string[]
  readonly images: readonly ImageWant[]
  /** Names of environment variables that `env.NAME` refers to. */
  readonly environment: readonly string[]
  /** Paths that `file("path")` refers to. */
  readonly files: readonly string[]
  /** Texts that look like sources of secrets, and every sensitive variable; some may stand where no secret is taken. */
  readonly secrets: readonly SecretSource[]
  readonly variables: readonly VariableWant[]
}

/** Looks through a document without judging it. Mistakes are left to `decode`. */
export const wants = (document: Document): Wants => {
  const found: Found = { environment: new Set(), files: new Set(), secrets: new Set(), seen: new Set() }
  collect(document.root, found)
  const variables = variablesOf(document.root)
  for (const { name, sensitive } of variables) if (sensitive) found.secrets.add(`var:${name}`)
  return {
    plugins: pluginsOf(document.root, 'providers'),
    flavorPlugins: pluginsOf(document.root, 'flavors'),
    imagePlugins: pluginsOf(document.root, 'images'),
    images: imagesOf(document.root),
    environment: sorted(found.environment),
    files: sorted(found.files),
    secrets: sorted(found.secrets),
    variables,
  }
}

/** The same, and the environment variables that give settings which the document leaves to them. */
export const wantsOfSettings = (wanted: Wants, document: Document, catalog: Catalog): Wants => {
  const fallbacks = entriesOf(entryOf(document.root, 'providers')?.value).flatMap(({ value }) => {
    const settings = catalog.providers.get(textOf(entryOf(value, 'plugin')?.value) ?? '')?.settings
    return settings === undefined || value.kind !== 'map' ? [] : fallbacksOf(settings, value)
  })
  const [secrets, others] = [true, false].map((isSecret) =>
    fallbacks.flatMap(({ field, variables }) => ((field.schema.kind === 'secret') === isSecret ? variables : [])),
  )
  return {
    ...wanted,
    environment: sorted([...wanted.environment, ...(others ?? [])]),
    secrets: sorted([...wanted.secrets, ...(secrets ?? []).map((name): SecretSource => `env:${name}`)]),
  }
}

interface Found {
  readonly environment: Set<string>
  readonly files: Set<string>
  readonly secrets: Set<SecretSource>
  /** Nodes that aliases repeat are looked at once. */
  readonly seen: Set<Node>
}

const sorted = <T extends string>(values: Iterable<T>): readonly T[] => [...new Set(values)].toSorted(compareText)

const collect = (node: Node, found: Found): void => {
  if (found.seen.has(node)) return
  found.seen.add(node)
  const text = textOf(node)
  if (text !== undefined) collectText(text, found)
  if (node.kind === 'list') for (const item of node.items) collect(item, found)
  if (node.kind === 'map') for (const entry of node.entries.values()) collect(entry.value, found)
}

const collectText = (text: string, found: Found): void => {
  const source = secretSource(text)
  if (source !== undefined) found.secrets.add(source)
  if (!isTemplate(text)) return
  const template = readTemplate(text)
  for (const piece of template.ok ? template.pieces : []) {
    if (typeof piece === 'string') continue
    for (const outside of outsideOf(piece.syntax)) {
      if (outside.kind === 'env') found.environment.add(outside.name)
      else found.files.add(outside.path)
    }
  }
}

const pluginsOf = (root: MapNode, section: string): readonly string[] =>
  sorted(entriesOf(entryOf(root, section)?.value).flatMap((entry) => textOf(entryOf(entry.value, 'plugin')?.value) ?? []))

const imagesOf = (root: MapNode): readonly ImageWant[] =>
  entriesOf(entryOf(root, 'images')?.value).flatMap(({ key, value }) => {
    const plugin = textOf(entryOf(value, 'plugin')?.value)
    return plugin === undefined || value.kind !== 'map' ? [] : [{ name: key, plugin, block: plainOf(value) as PlainMap }]
  })

const plainOf = (node: Node): Plain => {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, plainOf(value)]))
}

const variablesOf = (root: MapNode): readonly VariableWant[] =>
  entriesOf(entryOf(root, 'variables')?.value)
    .filter((entry) => wordPattern.test(entry.key))
    .map(({ key, value }) => ({
      name: key,
      sensitive: isTrue(entryOf(value, 'sensitive')?.value),
      hasDefault: entryOf(value, 'default') !== undefined,
    }))
    .toSorted((a, b) => compareText(a.name, b.name))

const isTrue = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === true
