import type { ObjectSchema } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import { folderSchema } from '../places/folder-words.ts'

const text = { kind: 'string', maxLength: 1024 } as const
const mebibyte = 2 ** 20
const byte = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const addressPattern = (rest: string): string => `^(${byte}\\.){3}${byte}${rest}$`
const ipv4 = { kind: 'string', pattern: addressPattern(''), patternHint: 'an IPv4 address' } as const
const largestDisk = 62 * 2 ** 40

const disk = object({
  name: {
    schema: { kind: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,19}$', patternHint: 'at most 20 lower-case letters, digits and hyphens' },
    doc: 'What forge knows it by.',
    required: true,
  },
  size: {
    schema: { kind: 'size', min: mebibyte, max: largestDisk, step: mebibyte },
    doc: 'Capacity; it can grow and never shrinks.',
    required: true,
  },
  thick: { schema: { kind: 'boolean' }, doc: 'Take all of its space at once. Default: only what is written.' },
  retain: {
    schema: { kind: 'boolean' },
    doc: 'Keep it when the machine goes, and give it to the one that comes in its place. It lies in the provider’s diskFolder.',
  },
})

/** What a machine is made of. */
export const vmInputs: ObjectSchema = object({
  cpus: { schema: { kind: 'integer', min: 1, max: 768 }, doc: 'Virtual CPUs.', default: 1, spellings: { names: ['CPUs'] } },
  memory: {
    schema: { kind: 'size', min: 4 * mebibyte, max: 24 * 2 ** 40, step: 4 * mebibyte },
    doc: 'Memory: a multiple of 4MiB.',
    default: 512 * mebibyte,
    examples: ['4GiB'],
    spellings: { names: ['Memory', 'MEM'], scale: mebibyte },
  },
  powerOn: { schema: { kind: 'boolean' }, doc: 'Whether it shall run.', default: true, spellings: { names: ['PowerOn'] } },
  name: { schema: { kind: 'string', maxLength: 80 }, doc: 'Name in the inventory. Default: <stack>-<group>-<member>.', public: true },
  namePrefix: {
    schema: { kind: 'string', maxLength: 60 },
    doc: 'The first part of its name: <namePrefix>-<member>.',
    public: true,
    spellings: { names: ['vmPrefix', 'VMPrefix'] },
  },
  folder: {
    schema: folderSchema,
    doc: 'Folder of the inventory, below the datacenter’s vm folder; made if it is missing. Default: the name of the group, as InfraKit has it. "/" is the vm folder itself.',
    public: true,
    examples: ['web', 'prod/web'],
  },
  datacenter: {
    schema: text,
    doc: 'Datacenter. Default: the provider’s, or the only one.',
    public: true,
    spellings: { names: ['Datacenter'] },
  },
  cluster: { schema: text, doc: 'Cluster that it runs in, by name or path.', public: true },
  host: { schema: text, doc: 'Host that it runs on, by name or path.', public: true, spellings: { names: ['Hostname'] } },
  pool: { schema: text, doc: 'Resource pool, by name or path. Default: that of the cluster or host.', public: true },
  datastore: {
    schema: text,
    doc: 'Datastore of its files. Default: the provider’s, or the only one.',
    public: true,
    spellings: { names: ['Datastore'] },
  },
  network: {
    schema: text,
    doc: 'Network of its first adapter: a port group of a switch, or of a distributed one.',
    public: true,
    spellings: { names: ['Network'] },
  },
  networks: { schema: { kind: 'list', of: text, max: 9 }, doc: 'Networks of further adapters, in their order.', public: true },
  template: {
    schema: text,
    doc: 'Template or machine that it is cloned from, by name or path.',
    public: true,
    spellings: { names: ['Template'] },
  },
  linked: { schema: { kind: 'boolean' }, doc: 'A clone that shares the disks of the last snapshot of a machine.' },
  iso: {
    schema: text,
    doc: 'Image in its CD-ROM, a path in a datastore: "[nfs] linuxkit/web.iso", or linuxkit/web.iso in its own datastore.',
    public: true,
    spellings: { names: ['isoPath', 'ISOPath'] },
  },
  guestId: {
    schema: { kind: 'string', maxLength: 80 },
    doc: 'Guest operating system, as vSphere names it. Default: otherLinux64Guest; a clone has its template’s.',
  },
  firmware: { schema: { kind: 'enum', values: ['bios', 'efi'] }, doc: 'Firmware. Default: bios; a clone has its template’s.' },
  hotAdd: { schema: { kind: 'boolean' }, doc: 'Whether CPUs and memory can be added while it runs.' },
  notes: { schema: { kind: 'string', maxLength: 8192 }, doc: 'Text in its notes.', public: true, spellings: { names: ['Annotation'] } },
  disks: {
    schema: { kind: 'list', of: disk, key: 'name', max: 13 },
    doc: 'Disks beside those of its template. Without retain they go with it.',
    examples: [[{ name: 'data', size: '40GiB' }]],
  },
  persistentSize: {
    schema: { kind: 'size', min: 0, max: largestDisk, step: mebibyte },
    doc: 'One more disk, as InfraKit has it: the same as a disk named persistent. None where it is 0B.',
    examples: ['10GiB'],
    spellings: { names: ['persistantSZ'], scale: mebibyte },
  },
  extraConfig: {
    schema: { kind: 'map', of: { kind: 'string' } },
    doc: 'Advanced settings, guestinfo.* among them, which the guest reads. Those that begin with forge. are forge’s own.',
    public: true,
  },
  init: {
    schema: { kind: 'string', maxLength: 65_536 },
    doc: 'What the machine runs when it boots for the first time. Usually made by a flavor.',
  },
  ip: {
    schema: {
      kind: 'string',
      pattern: addressPattern('/([0-9]|[12][0-9]|3[0-2])'),
      patternHint: 'an IPv4 address with its prefix, such as 192.168.7.10/24',
    },
    doc: 'Fixed address of its first adapter; no two machines can have the same. It comes with the data of the first boot, and a clone is customised with it. Default: what the network gives.',
    public: true,
    examples: ['192.168.7.10/24'],
  },
  gateway: { schema: ipv4, doc: 'Default gateway, with a fixed address.', public: true },
  dns: { schema: { kind: 'list', of: ipv4, max: 8 }, doc: 'Name servers, with a fixed address.', public: true },
  domain: { schema: { kind: 'string', maxLength: 253 }, doc: 'Domain of its host name.', public: true },
  customize: {
    schema: { kind: 'boolean' },
    doc: 'Whether vSphere itself sets host name and address in a clone (Linux, with VMware Tools in the template). Default: where ip is given.',
  },
  dataIso: {
    schema: { kind: 'boolean' },
    doc: 'Whether init also comes in a data image of the volume cidata, in a CD-ROM of its own. Default: for machines that are made from an ISO.',
  },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels of the machine.' },
  vsphereTags: {
    schema: {
      kind: 'list',
      of: { kind: 'string', maxLength: 512, pattern: '^[^/]+/.+$', patternHint: 'a category and a name, such as env/prod' },
      max: 32,
    },
    doc: 'vSphere tags, which vCenter has already. Those that it does not name and forge has not given are left alone.',
    public: true,
    examples: [['env/prod']],
  },
  antiAffinity: {
    schema: { kind: 'boolean' },
    doc: 'Whether DRS keeps the members of its group on different hosts, by a rule of their cluster that forge makes and removes.',
  },
  customAttributes: {
    schema: { kind: 'map', of: { kind: 'string', maxLength: 8192, pattern: '^.', patternHint: 'a text that is not empty' } },
    doc: 'Custom attributes in vCenter, defined for machines where they are not. Those that it does not name are left alone.',
    public: true,
    examples: [{ owner: 'team-web' }],
  },
})

/** What it is known by. */
export const vmOutputs: ObjectSchema = object({
  id: { schema: { kind: 'string' }, doc: 'Its managed object reference, such as vm-42.', required: true },
  name: { schema: { kind: 'string' }, doc: 'Its name in the inventory.', required: true },
  folder: { schema: { kind: 'string' }, doc: 'The path of its folder.', required: true },
  ip: { schema: { kind: 'string' }, doc: 'Its address, while its guest tells one.' },
  memoryLimit: { schema: { kind: 'size' }, doc: 'Memory that it can grow to while it runs, with hotAdd.' },
  memoryStep: { schema: { kind: 'size' }, doc: 'Steps in which its memory can grow while it runs, with hotAdd.' },
  coresPerSocket: { schema: { kind: 'integer' }, doc: 'CPUs by a multiple of which it can grow while it runs, with hotAdd.' },
})
