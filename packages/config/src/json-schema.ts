import type { Catalog, Field, FlavorType, ObjectSchema, PlainMap, ProviderType, ResourceType, Schema } from '@forgeplan/model'
import { compareText, formatDuration, formatSize, namePattern, placementOf } from '@forgeplan/model'
import { imageTypeOf } from './blocks/images.ts'
import { typeWord, unitTypesOf } from './blocks/unit-heads.ts'
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
  pushHead,
  rootShape,
} from './shape.ts'
import { unitPolicyShape, variableShape, withHead, wordPattern } from './shape.ts'

/** JSON Schema draft-07 for editors, from the same schemas that `decode` uses. Deterministic. */
export const jsonSchema = (catalog: Catalog): PlainMap => {
  const providers = [...catalog.providers.values()].toSorted((a, b) => compareText(a.name, b.name))
  const flavors = [...catalog.flavors.values()].toSorted((a, b) => compareText(a.name, b.name))
  const sections: PlainMap = {
    variables: named(wordPattern, objectOf(variableShape, fixed)),
    providers: named(
      namePattern,
      oneOfPlugins(providers, providerHead, (type) => type.settings),
    ),
    images: named(namePattern, imageOf(catalog, providers)),
    flavors: named(
      namePattern,
      oneOfPlugins(flavors, flavorHead, (type) => type.config),
    ),
    groups: named(namePattern, { ...unitOf(groupShape, providers), oneOf: [{ required: ['size'] }, { required: ['ids'] }] }),
    instances: named(namePattern, unitOf(instanceShape, providers)),
    outputs: named(wordPattern, { anyOf: [{ type: ['string', 'number', 'boolean'] }, objectOf(outputShape, free)] }),
    moved: { type: 'array', items: objectOf(moveShape, fixed) },
    policy: objectOf(policyShape, free),
  }
  const root = objectOf(rootShape, free)
  const properties = Object.entries(root['properties'] as PlainMap).map(([key, schema]) => [
    key,
    Object.hasOwn(sections, key) ? { description: (schema as PlainMap)['description'] ?? '', ...(sections[key] as PlainMap) } : schema,
  ])
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'forge.yaml',
    ...root,
    // One of several files need not name the stack.
    required: [],
    properties: Object.fromEntries(properties),
  }
}

type Templates = 'with templates' | 'fixed'
const free: Templates = 'with templates'
const fixed: Templates = 'fixed'

const template: PlainMap = { type: 'string', pattern: String.raw`\$\{` }

const named = (pattern: RegExp, block: PlainMap): PlainMap => ({
  type: 'object',
  propertyNames: { pattern: pattern.source },
  additionalProperties: block,
})

const oneOfPlugins = <T extends ProviderType | FlavorType>(
  types: readonly T[],
  head: ObjectSchema,
  rest: (type: T) => ObjectSchema,
): PlainMap => {
  const blocks = types.map((type) => {
    const block = objectOf(withHead(head, rest(type)), free)
    return { ...block, description: type.doc, properties: { ...(block['properties'] as PlainMap), plugin: { const: type.name } } }
  })
  return blocks.length === 0 ? objectOf(head, fixed) : { anyOf: blocks }
}

const imageOf = (catalog: Catalog, providers: readonly ProviderType[]): PlainMap => {
  const images = [...catalog.images.values()].toSorted((a, b) => compareText(a.name, b.name))
  const places = providers.flatMap((provider) => imageTypeOf(provider) ?? [])
  const pushes = places.map((type) => ({ ...objectOf(withHead(pushHead, placementOf(type.inputs)), free), description: type.doc }))
  const blocks = images.map((type) => {
    const block = objectOf(withHead(imageHead, type.config), fixed)
    const push = pushes.length === 0 ? { type: 'object' } : { anyOf: pushes }
    return { ...block, description: type.doc, properties: { ...(block['properties'] as PlainMap), plugin: { const: type.name }, push } }
  })
  return blocks.length === 0 ? objectOf(imageHead, fixed) : { anyOf: blocks }
}

const unitOf = (shape: ObjectSchema, providers: readonly ProviderType[]): PlainMap => {
  const blocks = providers.flatMap((provider) => unitTypesOf(provider).map((type) => blockOf(type, type.name === provider.machine)))
  const unit = objectOf(
    { ...shape, fields: { ...shape.fields, policy: { ...(shape.fields['policy'] as Field), schema: unitPolicyShape } } },
    free,
  )
  const instance = blocks.length === 0 ? { type: 'object' } : { anyOf: blocks }
  return { ...unit, properties: { ...(unit['properties'] as PlainMap), instance } }
}

// The machine need not be named, and everything else has to be.
const blockOf = (type: ResourceType, isMachine: boolean): PlainMap => {
  const block = objectOf(withHead(machineHead, type.inputs), free)
  const { required: given, ...rest } = block
  const required = [...((given ?? []) as readonly string[]), ...(isMachine ? [] : ['type'])]
  return {
    ...rest,
    properties: { ...(block['properties'] as PlainMap), type: { const: typeWord(type) } },
    // What has to be said may stand under `only`.
    anyOf: [{ required }, { required: ['provider', 'only'] }],
    description: type.doc,
  }
}

const objectOf = (schema: ObjectSchema, templates: Templates): PlainMap => {
  const fields = Object.entries(schema.fields)
  const required = fields.flatMap(([key, field]) => (field.required === true && !mayBeElsewhere(field) ? [key] : []))
  const properties = fields.map(([key, field]) => [key, fieldOf(field, templates)] as const)
  return {
    type: 'object',
    properties: Object.fromEntries([...properties, ...fields.flatMap(([key, field]) => oldSpellings(key, field, templates))]),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}

const mayBeElsewhere = ({ spellings, environment }: Field): boolean => spellings !== undefined || environment !== undefined

const oldSpellings = (key: string, field: Field, templates: Templates): readonly (readonly [string, PlainMap])[] =>
  (field.spellings?.names ?? []).map((spelling) => [spelling, oldSpelling(key, field, templates)] as const)

// `deprecated` is younger than draft-07; editors know it all the same.
const oldSpelling = (key: string, field: Field, templates: Templates): PlainMap => {
  const { schema, spellings } = field
  const isNumber = schema.kind === 'integer' || schema.kind === 'number'
  const numbers = isNumber ? [numberText] : spellings?.scale === undefined ? [] : [{ type: 'number' }, numberText]
  const own = schemaOf(schema, templates)
  return { description: `An old spelling of ${key}.`, deprecated: true, ...(numbers.length === 0 ? own : { anyOf: [own, ...numbers] }) }
}

const numberText: PlainMap = { type: 'string', pattern: String.raw`^\s*-?\d{1,15}(\.\d{1,15})?\s*$` }

const fieldOf = (field: Field, templates: Templates): PlainMap => ({
  description: field.doc,
  ...schemaOf(field.schema, templates),
  ...(field.default === undefined ? {} : { default: written(field.schema, field.default) as PlainMap[string] }),
  ...(field.examples === undefined
    ? {}
    : { examples: field.examples.map((example) => written(field.schema, example) as PlainMap[string]) }),
})

/** A value as a person writes it: sizes and durations with their units. */
export const written = (schema: Schema, value: PlainMap[string]): PlainMap[string] => {
  if (typeof value !== 'number') return value
  return schema.kind === 'size' ? formatSize(value) : schema.kind === 'duration' ? formatDuration(value) : value
}

const schemaOf = (schema: Schema, templates: Templates): PlainMap => {
  const exact = exactOf(schema, templates)
  const open = templates === fixed || schema.kind === 'any' || (exact['type'] === 'string' && Object.keys(exact).length === 1)
  return open ? exact : { anyOf: [exact, template] }
}

const limits = (
  names: { readonly min: string; readonly max: string },
  { min, max }: { readonly min?: number; readonly max?: number },
): PlainMap => ({
  ...(min === undefined ? {} : { [names.min]: min }),
  ...(max === undefined ? {} : { [names.max]: max }),
})

const range = { min: 'minimum', max: 'maximum' } as const
const count = { min: 'minItems', max: 'maxItems' } as const

const exactOf = (schema: Schema, templates: Templates): PlainMap => {
  switch (schema.kind) {
    case 'string':
      return {
        type: 'string',
        ...(schema.pattern === undefined || schema.caseless === true ? {} : { pattern: schema.pattern }),
        ...lengthOf(schema),
      }
    case 'integer':
    case 'number':
      return { type: schema.kind, ...limits(range, schema) }
    case 'boolean':
      return { type: 'boolean' }
    case 'size':
      return { type: 'string', pattern: String.raw`^\s*\d+(\.\d+)?\s?(B|[KMGT]iB|[kMGT]B)\s*$` }
    case 'duration':
      return { type: 'string', pattern: String.raw`^\s*\d+(\.\d+)?\s?(ms|s|m|h|d)\s*$` }
    case 'enum':
      return { enum: schema.values }
    case 'secret':
      return { type: 'string', pattern: String.raw`^env:[A-Za-z_][A-Za-z0-9_]*$|^file:\S` }
    case 'list':
      return { type: 'array', items: schemaOf(schema.of, templates), ...limits(count, schema) }
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(schema.of, templates) }
    case 'object':
      return objectOf(schema, templates)
    case 'either':
      return { anyOf: schema.of.map((inner) => exactOf(inner, templates)) }
    case 'any':
      return {}
    default:
      return schema satisfies never
  }
}

const lengthOf = ({ maxLength }: { readonly maxLength?: number }): PlainMap => (maxLength === undefined ? {} : { maxLength })
