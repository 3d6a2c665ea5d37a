import type { Schema } from '@forgeplan/model'

export const text: Schema = { kind: 'string' }
export const texts: Schema = { kind: 'list', of: text }
export const flag: Schema = { kind: 'boolean' }
export const integer: Schema = { kind: 'integer' }
export const textMap: Schema = { kind: 'map', of: text }

/** A number of a user or group, or a name that stands for one. */
export const id: Schema = { kind: 'either', of: [text, { kind: 'integer', min: 0, max: 2 ** 32 - 1 }] }

export const idMappings: Schema = {
  kind: 'list',
  of: {
    kind: 'object',
    fields: {
      hostID: { schema: integer, doc: 'The first id outside.' },
      containerID: { schema: integer, doc: 'The first id inside.' },
      size: { schema: integer, doc: 'How many ids.' },
    },
  },
}

export const mounts: Schema = {
  kind: 'list',
  of: {
    kind: 'object',
    fields: {
      destination: { schema: text, doc: 'Where it is mounted in the container.' },
      type: { schema: text, doc: 'The type of the file system; known for mqueue, devpts, proc, sysfs and cgroup.' },
      source: { schema: text, doc: 'What is mounted.' },
      options: { schema: texts, doc: 'Options of the mount.' },
      uidmappings: { schema: idMappings, doc: 'Mappings of user ids.' },
      gidmappings: { schema: idMappings, doc: 'Mappings of group ids.' },
    },
  },
}
