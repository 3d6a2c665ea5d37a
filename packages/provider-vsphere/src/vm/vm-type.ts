import type { Address, Part, ResourceType, ValueMap } from '@forgeplan/model'
import { isList, isMap, partAddress, typeName } from '@forgeplan/model'
import { diskType } from '../disk/disk-type.ts'
import { effectOf } from './effects.ts'
import { vmInputs, vmOutputs } from './vm-schema.ts'

/** The name of the type of machines. */
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
  readonly dataIso?: boolean
  readonly ip?: string
  readonly gateway?: string
  readonly dns?: readonly string[]
  readonly domain?: string
  readonly customize?: boolean
  readonly tags?: Readonly<Record<string, string>>
  readonly customAttributes?: Readonly<Record<string, string>>
  readonly vsphereTags?: readonly string[]
  readonly antiAffinity?: boolean
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
  /** Bytes that its memory can grow to while it runs, with hot-add, and in which steps; CPUs by which it can grow. */
  readonly memoryLimit?: number
  readonly memoryStep?: number
  readonly coresPerSocket?: number
}

// A kept disk is an object of its own, which lives longer.
const partsOf = (address: Address, { disks }: ValueMap): readonly Part[] =>
  (disks !== undefined && isList(disks) ? disks : []).filter(isMap).flatMap((each) => partOf(address, each))

const partOf = (owner: Address, { name, size, thick, retain }: ValueMap): readonly Part[] => {
  if (retain !== true || typeof name !== 'string' || size === undefined) return []
  const inputs = { size, ...(thick === undefined ? {} : { thick }) }
  return [{ type: diskType, address: partAddress('disk', owner, name), inputs, retain: true }]
}

/** `vsphere/vm`: a virtual machine of a vCenter or an ESXi host. */
export const vm: ResourceType = {
  name: vmType,
  doc: 'A virtual machine, cloned from a template or made from an ISO image.',
  version: 1,
  inputs: vmInputs,
  outputs: vmOutputs,
  effect: effectOf,
  // One that is started has an address some time later.
  follows: { name: ['name', 'namePrefix'], folder: ['folder'], ip: ['powerOn'] },
  exclusive: ['ip'],
  guest: 'files',
  guestLogin: ['guestUser', 'guestPassword'],
  prepared: { init: 'init', tags: 'tags' },
  parts: partsOf,
}
