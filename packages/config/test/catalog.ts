import type { Catalog, FlavorType, ImageType, ProviderType } from '@forgeplan/model'
import { imageInputs, object, typeName } from '@forgeplan/model'

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
  image: typeName('sim', 'image'),
  others: [typeName('sim', 'shelf')],
  types: [
    {
      name: typeName('sim', 'image'),
      doc: 'What a machine boots from.',
      version: 1,
      inputs: imageInputs(object({ shelf: { schema: { kind: 'string' }, default: 'top', doc: 'Where it is put.' } })),
      outputs: object({}),
      effect: () => 'live',
      guest: 'none',
      paths: ({ shelf, name, digest }, { endpoint }) => ({
        iso: `${String(endpoint)}/${String(shelf)}/${String(name)}-${String(digest).slice(0, 12)}.iso`,
      }),
    },
    {
      name: typeName('sim', 'machine'),
      doc: 'A machine.',
      version: 1,
      inputs: machine,
      outputs,
      effect: () => 'replace',
      guest: 'exec',
      guestLogin: ['token'],
      prepared: { init: 'init', tags: 'tags' },
    },
    {
      name: typeName('sim', 'shelf'),
      doc: 'A shelf.',
      version: 1,
      inputs: object({ room: { schema: { kind: 'string' }, required: true, doc: 'Where it stands.' } }),
      outputs: object({ path: { schema: { kind: 'string' }, required: true, doc: 'The way to it.' } }),
      effect: () => 'live',
      guest: 'none',
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

const mebibyte = 2 ** 20

const elderMachine = object({
  memory: {
    schema: { kind: 'size', min: 4 * mebibyte },
    default: 512 * mebibyte,
    doc: 'Memory.',
    spellings: { names: ['Memory', 'MEM'], scale: mebibyte },
  },
  cpus: { schema: { kind: 'integer', min: 1 }, default: 1, doc: 'Processors.', spellings: { names: ['CPUs'] } },
  host: { schema: { kind: 'string' }, doc: 'Host.', public: true, spellings: { names: ['Hostname'] } },
  slot: { schema: { kind: 'integer' }, doc: 'Slot.', spellings: { names: ['Place'] } },
  grace: { schema: { kind: 'duration' }, doc: 'Time to end.', spellings: { names: ['graceSeconds'], scale: 1000 } },
  powerOn: { schema: { kind: 'boolean' }, doc: 'Whether it runs.', spellings: { names: ['PowerOn'] } },
  login: { schema: { kind: 'secret' }, doc: 'Login.', spellings: { names: ['Pass'] } },
  disks: {
    schema: {
      kind: 'list',
      key: 'name',
      of: object({
        name: { schema: { kind: 'string' }, required: true, doc: 'Name.' },
        size: { schema: { kind: 'size' }, required: true, doc: 'Size.', spellings: { names: ['SZ'], scale: mebibyte } },
      }),
    },
    doc: 'Disks.',
  },
  label: { schema: { kind: 'string' }, doc: 'Has no old spelling.' },
})

const elder: ProviderType = {
  name: 'elder',
  doc: 'Whose users come from another tool.',
  settings: object({
    url: { schema: { kind: 'string' }, doc: 'Where it is.', spellings: { names: ['VCenter'] } },
    connection: { schema: { kind: 'secret' }, doc: 'Address and login in one.', environment: ['ELDER_URL', 'OLD_URL'], insteadOf: ['url'] },
    password: { schema: { kind: 'secret' }, doc: 'Password.', environment: ['ELDER_PASS', 'OLD_PASS'] },
    datacenter: {
      schema: { kind: 'string', maxLength: 20 },
      doc: 'Where machines are made.',
      environment: ['ELDER_DC', 'OLD_DC'],
      spellings: { names: ['Datacenter'] },
    },
    insecure: { schema: { kind: 'boolean' }, doc: 'Trust anything.', environment: ['ELDER_INSECURE'] },
    retries: { schema: { kind: 'integer', min: 0 }, default: 3, doc: 'Attempts.', environment: ['ELDER_RETRIES'] },
    grace: { schema: { kind: 'duration' }, required: true, doc: 'Time to end.', environment: ['ELDER_GRACE'] },
  }),
  machine: typeName('elder', 'vm'),
  types: [
    {
      name: typeName('elder', 'vm'),
      doc: 'A machine.',
      version: 1,
      inputs: elderMachine,
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
    check: { schema: { kind: 'list', of: { kind: 'string' } }, doc: 'Command that says whether it is well.' },
  }),
  runsInside: ({ check }) => (check === undefined ? [] : ['health']),
  prepare: () => ({ init: null, tags: {} }),
  hasHealth: () => false,
  hasDrain: () => false,
}

const press: ImageType = {
  name: 'press',
  doc: 'Images in memory.',
  config: object({ source: { schema: { kind: 'string' }, required: true, doc: 'What it is made of.' } }),
}

/** A provider with machines, one whose machines take no flavor, one with old spellings, and a flavor. */
export const catalog: Catalog = {
  providers: new Map([
    ['sim', sim],
    ['bare', bare],
    ['elder', elder],
  ]),
  flavors: new Map([['vanilla', vanilla]]),
  images: new Map([['press', press]]),
}
