import type { Field, ObjectSchema, Schema } from '@forgeplan/model'
import { imageFormats, memberIdPattern, namePattern, object } from '@forgeplan/model'
import { groupUpdateShape, healShape, instanceUpdateShape } from './update-shape.ts'

/** Names of variables and outputs: letters, digits, underscores and hyphens; 1 to 63 characters. */
export const wordPattern: RegExp = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/

const name: Schema = {
  kind: 'string',
  pattern: namePattern.source,
  patternHint: 'lower-case letters, digits and hyphens, beginning with a letter',
}
const text: Schema = { kind: 'string' }

export const variableTypes = ['string', 'integer', 'number', 'boolean', 'list', 'map'] as const

export const variableShape = object({
  type: { schema: { kind: 'enum', values: variableTypes }, default: 'string', doc: 'What kind of value it takes.' },
  default: { schema: { kind: 'any' }, doc: 'The value when none is given. Not allowed for a sensitive variable.' },
  sensitive: {
    schema: { kind: 'boolean' },
    default: false,
    doc: 'Its text never reaches state, plans, logs or errors. Only for type string; --var is refused for it.',
  },
  description: { schema: text, doc: 'What it is for.' },
})

const plugin: Field = { schema: { kind: 'string', maxLength: 200 }, required: true, doc: 'The plugin that does the work.' }

export const providerHead = object({ plugin })
export const flavorHead = object({ plugin })

const only: Field = {
  schema: { kind: 'map', of: { kind: 'any' } },
  doc: 'Keys for providers of one plugin, by its name, in place of those beside it: only: { vsphere: { folder: web } }. Providers of other plugins pass them over.',
}

export const machineHead = object({
  provider: { schema: name, required: true, doc: 'The name of a block under providers.' },
  only,
  type: { schema: name, doc: 'What it is, where the provider makes more than machines. Default: its machine.', examples: ['folder'] },
})

export const pushHead = object({
  provider: { schema: name, required: true, doc: 'The name of a block under providers.' },
  only,
})

export const imageHead = object({
  plugin,
  keep: {
    schema: { kind: 'integer', min: 1, max: 1000 },
    default: 2,
    doc: 'So many versions stay where they were pushed, the newest ones; what a machine still uses stays besides.',
  },
  format: {
    schema: { kind: 'enum', values: imageFormats },
    default: 'iso',
    doc: 'What machines boot: a CD-ROM image, or a kernel with its initial root file system.',
  },
  push: {
    schema: pushHead,
    required: true,
    doc: 'Where it is put for the machines: the name of a provider, and what that provider needs to know.',
  },
})

const unitPolicyFields = {
  preventDestroy: { schema: { kind: 'boolean' }, default: false, doc: 'Refuse every plan that would destroy or replace an object.' },
  onDestroy: {
    schema: { kind: 'enum', values: ['destroy', 'keep'] },
    default: 'destroy',
    doc: 'What becomes of an object that is no longer wanted; keep leaves it standing and gives it up.',
  },
  ignoreChanges: {
    schema: { kind: 'list', of: text },
    doc: 'Top-level fields of the machine whose difference is left alone.',
    examples: [['memory']],
  },
} as const satisfies Readonly<Record<string, Field>>

export const unitPolicyShape = object(unitPolicyFields)

export const policyShape = object({
  maxDestroy: {
    schema: {
      kind: 'either',
      of: [
        { kind: 'integer', min: 0 },
        { kind: 'string', pattern: '^(100|[1-9]?[0-9])%$', patternHint: 'such as 30%' },
      ],
    },
    default: '30%',
    doc: 'The share of the stack, or the number of objects, that one apply may destroy without a successor.',
    examples: ['30%', 5],
  },
  ...unitPolicyFields,
})

const unitFields = {
  instance: {
    schema: machineHead,
    required: true,
    doc: 'The machine: the name of its provider, and the inputs of the machine type of that provider.',
  },
  flavor: { schema: name, doc: 'The name of a block under flavors, which prepares the machine.' },
  policy: { schema: unitPolicyShape, doc: 'Overrides the policy of the file for this block.' },
  dependsOn: {
    schema: { kind: 'list', of: text },
    doc: 'Blocks that are made before this one and destroyed after it. References in ${...} need not be repeated.',
    examples: [['instance.nfs']],
  },
  healthTimeout: { schema: { kind: 'duration', min: 1000 }, default: 300_000, doc: 'How long a new member may take until it is healthy.' },
  healUnhealthy: {
    schema: healShape,
    doc: 'Replace members that their flavor calls unhealthy. Without it they are shown and left alone.',
  },
} as const satisfies Readonly<Record<string, Field>>

export const groupShape = object({
  size: { schema: { kind: 'integer', min: 0, max: 100_000 }, doc: 'How many members. They are numbered from 1.' },
  ids: {
    schema: {
      kind: 'list',
      of: { kind: 'string', pattern: memberIdPattern.source, patternHint: '1 to 63 letters, digits, ".", "_" and "-"' },
    },
    doc: 'One member for each id, instead of size.',
    examples: [['a', 'b']],
  },
  ...unitFields,
  update: {
    schema: groupUpdateShape,
    doc: 'How members are changed where that takes them down: in waves, each of which has to be healthy.',
  },
  quorum: {
    schema: { kind: 'enum', values: ['majority'] },
    doc: 'Refuse every plan that could leave fewer healthy members than a majority of them.',
  },
})

export const instanceShape = object({
  ...unitFields,
  update: { schema: instanceUpdateShape, doc: 'How it is changed where that takes it down.' },
})

export const outputShape = object({
  value: { schema: { kind: 'any' }, required: true, doc: 'The value; usually an expression.', examples: ['${instances.nfs.ip}'] },
  sensitive: { schema: { kind: 'boolean' }, default: false, doc: 'The value is not shown or stored.' },
  description: { schema: text, doc: 'What it is for.' },
})

export const moveShape = object({
  from: { schema: text, required: true, doc: 'The old name of a block (group.web) or of a member (group.web/2).' },
  to: { schema: text, required: true, doc: 'The new name, of the same kind.' },
})

/** The keys of a file. The blocks' own keys stand in the other shapes, since some depend on a plugin. */
export const rootShape: ObjectSchema = object({
  stack: { schema: name, required: true, doc: 'The name of the stack; with --env E it is NAME/E and has a state of its own.' },
  variables: { schema: { kind: 'map', of: variableShape }, doc: 'Values that are given from outside.' },
  providers: {
    schema: { kind: 'map', of: providerHead },
    doc: 'Where machines are made. Settings may use only variables, the environment, files and the stack.',
  },
  images: {
    schema: { kind: 'map', of: imageHead },
    doc: 'What machines boot from: made from a source, and pushed to where the machines are.',
  },
  flavors: { schema: { kind: 'map', of: flavorHead }, doc: 'What machines are for.' },
  groups: { schema: { kind: 'map', of: groupShape }, doc: 'Machines that are made alike.' },
  instances: { schema: { kind: 'map', of: instanceShape }, doc: 'Single machines.' },
  outputs: {
    schema: { kind: 'map', of: { kind: 'either', of: [text, outputShape] } },
    doc: 'Values that forge output shows; a text is short for its value.',
  },
  moved: { schema: { kind: 'list', of: moveShape }, doc: 'Renamed blocks and members, so that their objects are kept.' },
  policy: { schema: policyShape, doc: 'What must not happen to the objects of this stack.' },
})

/** The keys of a block whose plugin or provider adds its own. */
export const withHead = (head: ObjectSchema, rest: ObjectSchema | undefined): ObjectSchema => object({ ...rest?.fields, ...head.fields })
