import type { Catalog, FlavorType, ProviderType } from '@forgeplan/model'
import { object, typeName } from '@forgeplan/model'

const machine = object({
  cpus: { schema: { kind: 'integer', min: 1, max: 64 }, default: 1, doc: 'Number of virtual processors.' },
  memory: { schema: { kind: 'size', min: 2 ** 20 }, required: true, doc: 'Memory.', examples: [2 ** 30] },
  hostname: { schema: { kind: 'string', pattern: '^[a-z0-9.-]+$', maxLength: 40, caseless: true }, doc: 'Name in the guest.' },
  label: { schema: { kind: 'string' }, doc: 'Name for others.', public: true },
  firmware: { schema: { kind: 'enum', values: ['bios', 'efi'] }, default: 'bios', doc: 'How it boots.' },
  ratio: { schema: { kind: 'number', min: 0, max: 1 }, doc: 'Share of a core.' },
  protect: { schema: { kind: 'boolean' }, doc: 'Protected.' },
  bootTimeout: { schema: { kind: 'duration' }, doc: 'Time to boot.' },
  password: { schema: { kind: 'secret' }, doc: 'Login of the guest.' },
  disks: {
    schema: {
      kind: 'list',
      key: 'name',
      max: 4,
      of: object({
        name: { schema: { kind: 'string' }, required: true, doc: 'Name.' },
        size: { schema: { kind: 'size' }, required: true, doc: 'Size.' },
        retain: { schema: { kind: 'boolean' }, default: false, doc: 'Outlives the machine.' },
      }),
    },
    doc: 'Disks.',
  },
  env: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Environment of the guest.' },
  extra: { schema: { kind: 'any' }, doc: 'Anything.' },
  network: {
    schema: { kind: 'either', of: [{ kind: 'string' }, object({ name: { schema: { kind: 'string' }, required: true, doc: 'Name.' } })] },
    doc: 'Network.',
  },
  init: { schema: { kind: 'string' }, doc: 'First boot.' },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Tags.' },
})

const outputs = object({
  ip: { schema: { kind: 'string' }, doc: 'Address.' },
  ports: { schema: { kind: 'map', of: { kind: 'integer' } }, doc: 'Ports.' },
})

const sim: ProviderType = {
  name: 'sim',
  doc: 'A world in memory.',
  settings: object({
    endpoint: { schema: { kind: 'string' }, required: true, doc: 'Where it is.' },
    token: { schema: { kind: 'secret' }, doc: 'Login.' },
    retries: { schema: { kind: 'integer' }, default: 3, doc: 'Attempts.' },
  }),
  machine: typeName('sim', 'machine'),
  types: [
    {
      name: typeName('sim', 'machine'),
      doc: 'A machine.',
      version: 1,
      inputs: machine,
      outputs,
      effect: () => 'replace',
      guest: 'none',
      prepared: { init: 'init', tags: 'tags' },
    },
  ],
}

const bare: ProviderType = {
  name: 'bare',
  doc: 'Machines without guests.',
  settings: object({}),
  machine: typeName('bare', 'box'),
  types: [
    {
      name: typeName('bare', 'box'),
      doc: 'A box.',
      version: 1,
      inputs: object({ slot: { schema: { kind: 'integer' }, doc: 'Slot.' } }),
      exclusive: ['slot'],
      outputs,
      effect: () => 'live',
      guest: 'none',
    },
  ],
}

const vanilla: FlavorType = {
  name: 'vanilla',
  doc: 'Lines of a shell.',
  config: object({
    init: { schema: { kind: 'list', of: { kind: 'string' } }, doc: 'Lines.' },
    tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Tags.' },
    key: { schema: { kind: 'secret' }, doc: 'Key.' },
  }),
  prepare: () => ({ init: null, tags: {} }),
  hasHealth: () => false,
  hasDrain: () => false,
}

/** A provider with machines, one whose machines take no flavor, and a flavor. */
export const catalog: Catalog = {
  providers: new Map([
    ['sim', sim],
    ['bare', bare],
  ]),
  flavors: new Map([['vanilla', vanilla]]),
}
