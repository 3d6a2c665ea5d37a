import type { Effect, ResourceType } from '@forgeplan/model'
import { object, typeName } from '@forgeplan/model'
import { folderSchema } from '../places/folder-words.ts'

export const folderType = typeName('vsphere', 'folder')

/** What a folder is to be. */
export type FolderInputs = { readonly name: string; readonly parent: string; readonly datacenter?: string }

export type FolderOutputs = {
  /** Its managed object reference, such as `group-v42`. */
  readonly id: string
  readonly name: string
  /** In the words of a machine's `folder`: below its datacenter's folder of machines. */
  readonly path: string
}

// Another datacenter would be another folder, and what is in this one would stay behind.
const effectOf: ResourceType['effect'] = (field, before, after): Effect =>
  field === 'datacenter' && before !== undefined && after !== undefined ? 'refuse' : 'live'

/** `vsphere/folder`: a folder of machines. */
export const folder: ResourceType = {
  name: folderType,
  doc: 'A folder of machines in the inventory of a vCenter: type: folder.',
  version: 1,
  inputs: object({
    name: {
      schema: {
        kind: 'string',
        maxLength: 80,
        pattern: '^[^\\s/\\\\%]([^/\\\\%]*[^\\s/\\\\%])?$',
        patternHint: 'a name without slashes and percent signs',
      },
      doc: 'Name in the inventory.',
      required: true,
      public: true,
      examples: ['web'],
    },
    parent: {
      schema: folderSchema,
      doc: 'Folder that it is in, below the datacenter’s vm folder, which is "/"; made if it is missing.',
      default: '/',
      public: true,
      examples: ['prod', '${instances.prod.path}'],
    },
    datacenter: { schema: { kind: 'string', maxLength: 1024 }, doc: 'Datacenter. Default: the provider’s, or the only one.', public: true },
  }),
  outputs: object({
    id: { schema: { kind: 'string' }, doc: 'Its managed object reference, such as group-v42.', required: true },
    name: { schema: { kind: 'string' }, doc: 'Its name in the inventory.', required: true },
    path: {
      schema: { kind: 'string' },
      doc: 'Its path as the folder of a machine takes it: folder: "${instances.web.path}".',
      required: true,
    },
  }),
  effect: effectOf,
  follows: { name: ['name'], path: ['name', 'parent'] },
  guest: 'none',
}
