import type { Catalog, Field, ObjectSchema, ResourceType, Schema } from '@forgeplan/model'
import { compareText, functions, placementOf } from '@forgeplan/model'
import { imageTypeOf } from './blocks/images.ts'
import { machineTypeOf, typeWord, unitTypesOf } from './blocks/unit-heads.ts'
import { callable } from './expression/call.ts'
import { written } from './json-schema.ts'
import {
  flavorHead,
  groupShape,
  imageHead,
  instanceShape,
  machineHead,
  moveShape,
  outputShape,
  policyShape,
  providerHead,
  rootShape,
} from './shape.ts'
import { variableShape } from './shape.ts'
import { wanted } from './values/nouns.ts'
import { unitOf } from './values/spellings.ts'

/** The reference of the configuration as markdown, from the same schemas that `decode` uses. Deterministic. */
export const referenceMarkdown = (catalog: Catalog): string =>
  [
    '# Configuration reference',
    'This page is generated from the schemas that check a configuration.',
    ...section('## Keys of a file', '', rootShape),
    ...section(
      '## variables.NAME',
      'A value that is given from outside: by `FORGE_VAR_NAME`, `--var NAME=VALUE` or a variable file.',
      variableShape,
    ),
    ...section('## providers.NAME', 'Where machines are made. Each plugin adds its own settings.', providerHead),
    ...plugins(catalog),
    ...section(
      '## images.NAME',
      'What machines boot from. Each plugin adds where it comes from, and the provider where it is put.',
      imageHead,
    ),
    ...images(catalog),
    ...section('## flavors.NAME', 'What machines are for. Each plugin adds its own keys.', flavorHead),
    ...flavors(catalog),
    ...section('## groups.NAME', 'Machines that are made alike; exactly one of `size` and `ids` is given.', groupShape),
    ...section('## instances.NAME', 'A single machine.', instanceShape),
    ...section('## instance', 'The machine of a group or an instance. Each provider adds the inputs of its machine type.', machineHead),
    ...section('## outputs.NAME', 'A value that `forge output` shows. `NAME: value` is short for `NAME: { value: value }`.', outputShape),
    ...section('## moved', 'A list of renamed blocks and members.', moveShape),
    ...section(
      '## policy',
      'Stands at the top of a file; all but `maxDestroy` may stand in a group or an instance, which then wins.',
      policyShape,
    ),
    ...expressions(),
  ].join('\n\n') + '\n'

const section = (title: string, intro: string, shape: ObjectSchema): readonly string[] =>
  [title, intro, table(shape)].filter((part) => part !== '')

const sortedValues = <T extends { readonly name: string }>(map: ReadonlyMap<string, T>): readonly T[] =>
  [...map.values()].toSorted((a, b) => compareText(a.name, b.name))

const plugins = (catalog: Catalog): readonly string[] =>
  sortedValues(catalog.providers).flatMap((provider) => {
    const machine = machineTypeOf(provider)
    const settings = section(`### plugin: ${provider.name}`, provider.doc, provider.settings)
    if (machine === undefined) return settings
    const inputs = section(`#### Machine inputs of ${provider.name}`, machine.doc, machine.inputs)
    const outputs = section(`#### Machine outputs of ${provider.name}`, '', machine.outputs)
    const others = unitTypesOf(provider)
      .slice(1)
      .flatMap((type) => otherType(provider.name, type))
    const image = imageTypeOf(provider)
    const placement = image === undefined ? [] : section(`#### Images pushed to ${provider.name}`, image.doc, placementOf(image.inputs))
    return [...settings, ...inputs, ...outputs, ...others, ...placement]
  })

const otherType = (provider: string, type: ResourceType): readonly string[] => [
  ...section(`#### type: ${typeWord(type)} of ${provider}`, type.doc, type.inputs),
  ...section(`#### Outputs of type: ${typeWord(type)} of ${provider}`, '', type.outputs),
]

const images = (catalog: Catalog): readonly string[] =>
  sortedValues(catalog.images).flatMap((image) => section(`### plugin: ${image.name}`, image.doc, image.config))

const flavors = (catalog: Catalog): readonly string[] =>
  sortedValues(catalog.flavors).flatMap((flavor) => section(`### plugin: ${flavor.name}`, flavor.doc, flavor.config))

const table = (shape: ObjectSchema): string => {
  const rows = rowsOf(shape, '')
  return rows.length === 0 ? 'No keys.' : ['| key | takes | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

const rowsOf = (shape: ObjectSchema, prefix: string): readonly string[] =>
  Object.entries(shape.fields).flatMap(([key, field]) => [rowOf(`${prefix}${key}`, field), ...innerRows(field.schema, `${prefix}${key}`)])

// Maps of named blocks have sections of their own.
const innerRows = (schema: Schema, path: string): readonly string[] => {
  if (schema.kind === 'object') return rowsOf(schema, `${path}.`)
  if (schema.kind === 'list' && schema.of.kind === 'object') return rowsOf(schema.of, `${path}[].`)
  return []
}

const rowOf = (path: string, field: Field): string => {
  const preset = field.required === true ? 'required' : field.default === undefined ? '' : code(written(field.schema, field.default))
  const examples = (field.examples ?? []).map((example) => code(written(field.schema, example))).join(', ')
  return `| \`${path}\` | ${cell(takes(field.schema))} | ${preset} | ${words(field.doc)}${examples === '' ? '' : ` For example: ${examples}.`}${others(field)} |`
}

// Where else a value may come from than the key.
const others = (field: Field): string => {
  const { spellings, environment = [], insteadOf = [] } = field
  const unit = unitOf(field)
  const units = unit === undefined ? '' : `, where a plain number counts ${unit} each`
  const unless = insteadOf.length === 0 ? '' : `, unless ${codes(insteadOf)} is given`
  const old = spellings === undefined ? '' : ` Old spellings: ${codes(spellings.names)}${units}.`
  return `${old}${environment.length === 0 ? '' : ` Without it the first of ${codes(environment)} that is set${unless}.`}`
}

const codes = (names: readonly string[]): string => names.map(code).join(', ')

const takes = (schema: Schema): string => {
  if (schema.kind === 'list') return schema.of.kind === 'any' ? 'a list' : `a list; each item is ${wanted(schema.of)}`
  return schema.kind === 'map' ? `a map; each value is ${wanted(schema.of)}` : wanted(schema)
}

const code = (value: unknown): string => `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``
// A reader of markdown takes <name> for a tag and shows nothing.
const words = (text: string): string => cell(text).replaceAll('<', '&lt;')
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const references: readonly (readonly [string, string])[] = [
  ['var.NAME', 'A variable.'],
  ['env.NAME', 'An environment variable; it must be set.'],
  ['file("path")', 'The text of a file, relative to the folder of the configuration.'],
  ['stack.name, stack.env', 'The name of the stack, and the value of `--env` (an empty text without it).'],
  ['member.id, member.ordinal, member.name, member.address', 'The member that is made; inside `instance` and in flavors.'],
  [
    'images.NAME, images.NAME.iso',
    'Where the CD-ROM image is once it is pushed; known when planning. Others have kernel, initrd and cmdline.',
  ],
  ['images.NAME.version', 'The first twelve hexadecimal digits of the digest of the image.'],
  ['instances.NAME.OUTPUT', 'An output of a single machine, known when it stands.'],
  ['groups.NAME.OUTPUT', 'A list: that output of every member.'],
  ['groups.NAME["ID"].OUTPUT', 'That output of one member.'],
]

const expressions = (): readonly string[] => [
  '## Expressions',
  'Every text may hold `${...}`. A text that is one whole `${...}` keeps the type of its value. `$${` stands for `${`. A hyphen inside a name belongs to it, so write spaces around a minus. Texts stand in `"` or `\'`.',
  ['| reference | value |', '|---|---|', ...references.map(([usage, doc]) => `| \`${cell(usage)}\` | ${doc} |`)].join('\n'),
  [
    '| function | value |',
    '|---|---|',
    ...callable.map((name) => `| \`${cell(functions[name].usage)}\` | ${cell(functions[name].doc)} |`),
  ].join('\n'),
  'Operators, from weak to strong: `a ? b : c`, `||`, `&&`, `==` `!=`, `<` `>` `<=` `>=`, `+` `-`, `*` `/`, `!a` `-a`, `a.key` `a["key"]` `a[0]`. Only the branch that is taken is evaluated.',
  'A secret is written as `env:NAME`, `file:PATH`, or `${var.NAME}` with a sensitive variable.',
]
