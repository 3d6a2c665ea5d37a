import type { Catalog, ObjectSchema, Schema, Span } from '@forgeplan/model'
import { namePattern } from '@forgeplan/model'
import { namedType, unitTypesOf } from './blocks/unit-heads.ts'
import type { Document } from './document.ts'
import { isTemplate } from './expression/template.ts'
import { flavorHead, machineHead, providerHead, withHead } from './shape.ts'
import type { Entry, MapNode, Node } from './tree.ts'
import { entriesOf, entryOf, textOf } from './tree.ts'
import { secretSource } from './values/decode-secret.ts'
import { fieldNamed } from './values/spellings.ts'

/**
 * The files' texts for snippets in diagnostics: whatever stands in a field of kind secret, in the default of a sensitive
 * variable, or under a key that sounds like one is covered with `*`. Lengths and line breaks stay, so spans still fit.
 */
export const snippetSources = (document: Document, catalog: Catalog): ReadonlyMap<string, string> => {
  // What is for other plugins may hold secrets of theirs.
  const covered = [...spans(document.root, catalog), ...document.passed]
  return new Map(
    document.files.map(
      ({ file, text }) =>
        [
          file,
          cover(
            text,
            covered.filter((span) => span.file === file),
          ),
        ] as const,
    ),
  )
}

/** A text with the places covered; it keeps its length and its lines. */
export const cover = (text: string, spans: readonly Span[]): string => {
  let result = ''
  let at = 0
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (end <= at) continue
    result += text.slice(at, Math.max(at, start)) + text.slice(Math.max(at, start), end).replaceAll(/[^\r\n]/g, '*')
    at = end
  }
  return result + text.slice(at)
}

function* spans(root: MapNode, catalog: Catalog): Generator<Span> {
  yield* bySound(root, new Set())
  for (const entry of blocks(root, 'variables')) {
    const preset = entryOf(entry.value, 'default')
    const isSensitive = perhapsTrue(entryOf(entry.value, 'sensitive')?.value)
    if (preset !== undefined && isSensitive) yield preset.value.span
  }
  const providers = new Map(blocks(root, 'providers').map((entry) => [entry.key, catalog.providers.get(pluginOf(entry))] as const))
  for (const entry of blocks(root, 'providers')) yield* byPlugin(providerHead, providers.get(entry.key)?.settings, entry.value)
  for (const entry of blocks(root, 'flavors')) yield* byPlugin(flavorHead, catalog.flavors.get(pluginOf(entry))?.config, entry.value)
  const machineTypes = [...providers.values()].flatMap((provider) =>
    (provider === undefined ? [] : unitTypesOf(provider)).map(({ inputs }) => inputs),
  )
  for (const entry of [...blocks(root, 'groups'), ...blocks(root, 'instances')]) {
    const machine = entryOf(entry.value, 'instance')?.value
    const provider = providers.get(textOf(entryOf(machine, 'provider')?.value) ?? '')
    const type = namedType(provider, textOf(entryOf(machine, 'type')?.value))
    if (machine === undefined) continue
    if (type === undefined) yield* byAnyType(machineTypes, machine)
    else yield* byPlugin(machineHead, type.inputs, machine)
  }
}

// A wrong name of a provider leaves open which of the configured ones was meant: what is a secret for any of them is
// covered, and so is what none of them knows.
function* byAnyType(types: readonly ObjectSchema[], node: Node): Generator<Span> {
  for (const { key, value } of entriesOf(node)) {
    const schemas = types.flatMap((type) => type.fields[fieldNamed(type, key) ?? '']?.schema ?? [])
    if (schemas.length > 0) for (const schema of schemas) yield* bySchema(schema, value)
    else if (!Object.hasOwn(machineHead.fields, key) && !isReference(value)) yield value.span
  }
}

// Without the plugin nobody can say which of its fields are secrets: all are covered.
function* byPlugin(head: ObjectSchema, schema: ObjectSchema | undefined, node: Node): Generator<Span> {
  if (schema !== undefined) yield* bySchema(withHead(head, schema), node)
  else
    for (const { key, value } of entriesOf(node)) {
      if (!Object.hasOwn(head.fields, key) && !isReference(value)) yield value.span
    }
}

const blocks = (root: MapNode, section: string): readonly Entry[] =>
  entriesOf(entryOf(root, section)?.value).filter(({ key }) => namePattern.test(key) || section === 'variables')

const pluginOf = (entry: Entry): string => textOf(entryOf(entry.value, 'plugin')?.value) ?? ''

// Anything but a plain `false` counts as sensitive here: covering too much costs nothing.
const perhapsTrue = (node: Node | undefined): boolean => node !== undefined && !(node.kind === 'scalar' && node.value === false)

const isReference = (node: Node): boolean => {
  const text = textOf(node)
  return text !== undefined && (secretSource(text) !== undefined || /^\s*\$\{[A-Za-z0-9_.\s-]*\}\s*$/.test(text))
}

function* bySchema(schema: Schema, node: Node): Generator<Span> {
  if (schema.kind === 'secret' && !isReference(node)) yield node.span
  if (schema.kind === 'either') for (const inner of schema.of) yield* bySchema(inner, node)
  if (schema.kind === 'list' && node.kind === 'list') for (const item of node.items) yield* bySchema(schema.of, item)
  if (schema.kind === 'map') for (const entry of entriesOf(node)) yield* bySchema(schema.of, entry.value)
  if (schema.kind !== 'object') return
  for (const entry of entriesOf(node)) {
    const name = fieldNamed(schema, entry.key)
    const field = name === undefined ? undefined : schema.fields[name]
    if (field !== undefined) yield* bySchema(field.schema, entry.value)
    // A misspelt key among secrets may hold one.
    else if (hasSecret(schema) && entry.value.kind === 'scalar' && !isReference(entry.value)) yield entry.value.span
  }
}

const hasSecret = (schema: ObjectSchema): boolean => Object.values(schema.fields).some((field) => field.schema.kind === 'secret')

const sounds = /pass(word|wd|phrase)?$|secret|token|credential|private.?key|api.?key/i

// Misplaced blocks have no schema to go by.
function* bySound(node: Node, seen: Set<Node>): Generator<Span> {
  if (seen.has(node)) return
  seen.add(node)
  if (node.kind === 'list') for (const item of node.items) yield* bySound(item, seen)
  for (const entry of entriesOf(node)) {
    const isText = entry.value.kind === 'scalar' && !isTemplate(textOf(entry.value) ?? '') && typeof entry.value.value !== 'boolean'
    if (sounds.test(entry.key) && isText && !isReference(entry.value)) yield entry.value.span
    yield* bySound(entry.value, seen)
  }
}
