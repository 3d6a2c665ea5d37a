import type { Effect, Present, ResourceType, Value } from '@forgeplan/model'
import { isList, isMap, object, typeName } from '@forgeplan/model'

export const vmType = typeName('vsphere', 'vm')

/** What a machine is made of, in normalised form: sizes in bytes, durations in milliseconds. */
export type VmInputs = {
  readonly cpus: number
  readonly memory: number
  readonly powerOn: boolean
  readonly name?: string
  readonly namePrefix?: string
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
  /** 0 where there is none. */
  readonly persistentSize?: number
  readonly extraConfig?: Readonly<Record<string, string>>
  readonly init?: string | null
  readonly tags?: Readonly<Record<string, string>>
}

/** A disk of a machine that goes with it. `size` is bytes. */
export type VmDisk = { readonly name: string; readonly size: number; readonly thick?: boolean }

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
const largestDisk = 62 * 2 ** 40

const disk = object({
  name: {
    schema: { kind: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,19}$', patternHint: 'at most 20 lower-case letters, digits and hyphens' },
    doc: 'What forge knows it by.',
    required: true,
  },
  size: { schema: { kind: 'size', min: mebibyte, max: largestDisk }, doc: 'Capacity; it can grow and never shrinks.', required: true },
  thick: { schema: { kind: 'boolean' }, doc: 'Take all of its space at once. Default: only what is written.' },
})

const inputs = object({
  cpus: { schema: { kind: 'integer', min: 1, max: 768 }, doc: 'Virtual CPUs.', default: 1, spellings: { names: ['CPUs'] } },
  memory: {
    schema: { kind: 'size', min: 4 * mebibyte, max: 24 * 2 ** 40 },
    doc: 'Memory, in whole MiB.',
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
    schema: text,
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
    doc: 'Disks beside those of its template; they go with it.',
    examples: [[{ name: 'data', size: '40GiB' }]],
  },
  persistentSize: {
    schema: { kind: 'size', min: 0, max: largestDisk },
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
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels of the machine.' },
})

const outputs = object({
  id: { schema: { kind: 'string' }, doc: 'Its managed object reference, such as vm-42.', required: true },
  name: { schema: { kind: 'string' }, doc: 'Its name in the inventory.', required: true },
  folder: { schema: { kind: 'string' }, doc: 'The path of its folder.', required: true },
  ip: { schema: { kind: 'string' }, doc: 'Its address, while its guest tells one.' },
})

const live = new Set(['name', 'namePrefix', 'folder', 'notes', 'network', 'networks', 'extraConfig', 'tags', 'powerOn'])
const restarting = new Set(['iso', 'hotAdd'])

/** Which change does what; docs/vsphere.md has it as a table. */
export const effectOf = (field: string, before: Value | undefined, after: Value | undefined, seen: Present | null): Effect => {
  if (field === 'cpus' || field === 'memory') return growthEffect(before, after, seen)
  if (field === 'disks') return diskEffect(sizesOf(before), sizesOf(after))
  if (field === 'persistentSize') return diskEffect(persistentOf(before), persistentOf(after))
  if (field === 'powerOn') return after === false ? 'restart' : 'live'
  return live.has(field) ? 'live' : restarting.has(field) ? 'restart' : 'replace'
}

const growthEffect = (before: Value | undefined, after: Value | undefined, seen: Present | null): Effect =>
  seen?.inputs['hotAdd'] === true && typeof before === 'number' && typeof after === 'number' && after > before ? 'live' : 'restart'

// A disk that is taken away takes its data with it, which nobody may mistake for a small change.
const diskEffect = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Effect => {
  const kept = [...before].filter(([name]) => after.has(name))
  if (kept.some(([name, size]) => (after.get(name) ?? 0) < size)) return 'refuse'
  return kept.length < before.size ? 'replace' : 'live'
}

const persistentOf = (size: Value | undefined): ReadonlyMap<string, number> =>
  new Map(typeof size === 'number' && size > 0 ? [['persistent', size]] : [])

const sizesOf = (disks: Value | undefined): ReadonlyMap<string, number> =>
  new Map(
    (disks !== undefined && isList(disks) ? disks : []).flatMap((each) => {
      const { name, size } = isMap(each) ? each : {}
      return typeof name === 'string' && typeof size === 'number' ? [[name, size] as const] : []
    }),
  )

/** `vsphere/vm`: a virtual machine of a vCenter or an ESXi host. */
export const vm: ResourceType = {
  name: vmType,
  doc: 'A virtual machine, cloned from a template or made from an ISO image.',
  version: 1,
  inputs,
  outputs,
  effect: effectOf,
  guest: 'none',
  prepared: { init: 'init', tags: 'tags' },
}
