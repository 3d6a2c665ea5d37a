import type { Address, Effect, Part, Present, ResourceType, Value, ValueMap } from '@forgeplan/model'
import { isList, isMap, object, partAddress, typeName } from '@forgeplan/model'
import { diskType } from '../disk/disk-type.ts'

export const vmType = typeName('vsphere', 'vm')

/** What a machine is made of, in normalised form: sizes in bytes, durations in milliseconds. */
export type VmInputs = {
  readonly cpus: number
  readonly memory: number
  readonly powerOn: boolean
  readonly name?: string
  readonly folder?: string
  readonly datacenter?: string
  readonly cluster?: string
  readonly host?: string
  readonly pool?: string
  readonly datastore?: string
  readonly network?: string
  readonly networks?: readonly string[]
  readonly template?: string
  readonly linked?: boolean
  readonly iso?: string
  readonly guestId?: string
  readonly firmware?: 'bios' | 'efi'
  readonly hotAdd?: boolean
  readonly notes?: string
  readonly disks?: readonly VmDisk[]
  readonly extraConfig?: Readonly<Record<string, string>>
  readonly init?: string | null
  readonly dataIso?: boolean
  readonly ip?: string
  readonly gateway?: string
  readonly dns?: readonly string[]
  readonly domain?: string
  readonly customize?: boolean
  readonly tags?: Readonly<Record<string, string>>
}

/** A disk of a machine. `size` is bytes. */
export type VmDisk = { readonly name: string; readonly size: number; readonly thick?: boolean; readonly retain?: boolean }

/** What a machine is known by once it stands. */
export type VmOutputs = {
  /** Its managed object reference, such as `vm-42`. */
  readonly id: string
  readonly name: string
  /** Inventory path of its folder, from the datacenter: `/DC0/vm/web`. */
  readonly folder: string
  /** What its guest reports first; only while its tools run. */
  readonly ip?: string
}

const text = { kind: 'string', maxLength: 1024 } as const
const mebibyte = 2 ** 20
const byte = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const addressPattern = (rest: string): string => `^(${byte}\\.){3}${byte}${rest}$`
const ipv4 = { kind: 'string', pattern: addressPattern(''), patternHint: 'an IPv4 address' } as const

const disk = object({
  name: {
    schema: { kind: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,19}$', patternHint: 'at most 20 lower-case letters, digits and hyphens' },
    doc: 'What forge knows it by.',
    required: true,
  },
  size: { schema: { kind: 'size', min: mebibyte, max: 62 * 2 ** 40 }, doc: 'Capacity; it can grow and never shrinks.', required: true },
  thick: { schema: { kind: 'boolean' }, doc: 'Take all of its space at once. Default: only what is written.' },
  retain: {
    schema: { kind: 'boolean' },
    doc: 'Keep it when the machine goes, and give it to the one that comes in its place. It lies in the provider’s diskFolder.',
  },
})

const inputs = object({
  cpus: { schema: { kind: 'integer', min: 1, max: 768 }, doc: 'Virtual CPUs.', default: 1 },
  memory: {
    schema: { kind: 'size', min: 4 * mebibyte, max: 24 * 2 ** 40 },
    doc: 'Memory, in whole MiB.',
    default: 512 * mebibyte,
    examples: ['4GiB'],
  },
  powerOn: { schema: { kind: 'boolean' }, doc: 'Whether it shall run.', default: true },
  name: { schema: { kind: 'string', maxLength: 80 }, doc: 'Name in the inventory. Default: <stack>-<group>-<member>.', public: true },
  folder: {
    schema: text,
    doc: 'Folder of the inventory, below the datacenter’s vm folder; made if it is missing. Default: the name of the group, as InfraKit has it. "/" is the vm folder itself.',
    public: true,
    examples: ['web', 'prod/web'],
  },
  datacenter: { schema: text, doc: 'Datacenter. Default: the provider’s, or the only one.', public: true },
  cluster: { schema: text, doc: 'Cluster that it runs in, by name or path.', public: true },
  host: { schema: text, doc: 'Host that it runs on, by name or path.', public: true },
  pool: { schema: text, doc: 'Resource pool, by name or path. Default: that of the cluster or host.', public: true },
  datastore: { schema: text, doc: 'Datastore of its files. Default: the provider’s, or the only one.', public: true },
  network: { schema: text, doc: 'Network of its first adapter: a port group of a switch, or of a distributed one.', public: true },
  networks: { schema: { kind: 'list', of: text, max: 9 }, doc: 'Networks of further adapters, in their order.', public: true },
  template: { schema: text, doc: 'Template or machine that it is cloned from, by name or path.', public: true },
  linked: { schema: { kind: 'boolean' }, doc: 'A clone that shares the disks of the last snapshot of a machine.' },
  iso: {
    schema: text,
    doc: 'Image in its CD-ROM, a path in a datastore: "[nfs] linuxkit/web.iso", or linuxkit/web.iso in its own datastore.',
    public: true,
  },
  guestId: {
    schema: { kind: 'string', maxLength: 80 },
    doc: 'Guest operating system, as vSphere names it. Default: otherLinux64Guest; a clone has its template’s.',
  },
  firmware: { schema: { kind: 'enum', values: ['bios', 'efi'] }, doc: 'Firmware. Default: bios; a clone has its template’s.' },
  hotAdd: { schema: { kind: 'boolean' }, doc: 'Whether CPUs and memory can be added while it runs.' },
  notes: { schema: { kind: 'string', maxLength: 8192 }, doc: 'Text in its notes.', public: true },
  disks: {
    schema: { kind: 'list', of: disk, key: 'name', max: 13 },
    doc: 'Disks beside those of its template. Without retain they go with it.',
    examples: [[{ name: 'data', size: '40GiB' }]],
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
})

const outputs = object({
  id: { schema: { kind: 'string' }, doc: 'Its managed object reference, such as vm-42.', required: true },
  name: { schema: { kind: 'string' }, doc: 'Its name in the inventory.', required: true },
  folder: { schema: { kind: 'string' }, doc: 'The path of its folder.', required: true },
  ip: { schema: { kind: 'string' }, doc: 'Its address, while its guest tells one.' },
})

const live = new Set(['name', 'folder', 'notes', 'network', 'networks', 'extraConfig', 'tags', 'powerOn'])
const restarting = new Set(['iso', 'hotAdd'])

/** Which change does what; docs/vsphere.md has it as a table. */
export const effectOf = (field: string, before: Value | undefined, after: Value | undefined, seen: Present | null): Effect => {
  if (field === 'cpus' || field === 'memory') return growthEffect(before, after, seen)
  if (field === 'disks') return diskEffect(disksOf(before), disksOf(after))
  if (field === 'powerOn') return after === false ? 'restart' : 'live'
  return live.has(field) ? 'live' : restarting.has(field) ? 'restart' : 'replace'
}

const growthEffect = (before: Value | undefined, after: Value | undefined, seen: Present | null): Effect =>
  seen?.inputs['hotAdd'] === true && typeof before === 'number' && typeof after === 'number' && after > before ? 'live' : 'restart'

// A disk that is taken away takes its data with it, which nobody may mistake for a small change; a kept one does not.
const diskEffect = (before: Disks, after: Disks): Effect => {
  const changed = [...before].filter(([name]) => after.has(name)).map(([name, old]) => [old, after.get(name) ?? old] as const)
  if (changed.some(([old, now]) => now.size < old.size || now.retain !== old.retain)) return 'refuse'
  return [...before].some(([name, { retain }]) => !retain && !after.has(name)) ? 'replace' : 'live'
}

type Disks = ReadonlyMap<string, { readonly size: number; readonly retain: boolean }>

const disksOf = (disks: Value | undefined): Disks =>
  new Map(
    (disks !== undefined && isList(disks) ? disks : []).flatMap((each) => {
      const { name, size, retain } = isMap(each) ? each : {}
      return typeof name === 'string' && typeof size === 'number' ? [[name, { size, retain: retain === true }] as const] : []
    }),
  )

// A kept disk is an object of its own, which lives longer.
const partsOf = (address: Address, { disks }: ValueMap): readonly Part[] =>
  (disks !== undefined && isList(disks) ? disks : [])
    .filter(isMap)
    .flatMap(({ name, size, thick, retain }) =>
      retain !== true || typeof name !== 'string' || size === undefined
        ? []
        : [
            {
              type: diskType,
              address: partAddress('disk', address, name),
              inputs: { size, ...(thick === undefined ? {} : { thick }) },
              retain: true,
            },
          ],
    )

/** `vsphere/vm`: a virtual machine of a vCenter or an ESXi host. */
export const vm: ResourceType = {
  name: vmType,
  doc: 'A virtual machine, cloned from a template or made from an ISO image.',
  version: 1,
  inputs,
  outputs,
  effect: effectOf,
  exclusive: ['ip'],
  guest: 'none',
  prepared: { init: 'init', tags: 'tags' },
  parts: partsOf,
}
