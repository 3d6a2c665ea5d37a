import type { Effect, ResourceType, Value } from '@forgeplan/model'
import { isList, isMap, object, typeName } from '@forgeplan/model'

export const machineType = typeName('hyperkit', 'machine')

/** What a machine is made of, in normalised form: sizes in bytes, durations in milliseconds. */
export type MachineInputs = {
  readonly cpus: number
  readonly memory: number
  readonly init?: string | null
  readonly tags?: Readonly<Record<string, string>>
  readonly name?: string
  readonly port?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly kernel?: string
  readonly initrd?: string
  readonly cmdline?: string
  readonly iso?: string
  readonly disks?: readonly Disk[]
  readonly network?: 'user' | 'none'
  readonly guestPort?: number
  readonly forward?: readonly Forward[]
  readonly stub?: StubKnobs
}

/** A disk of a real machine: a file in its directory that goes with it. `size` is bytes. */
export type Disk = { readonly name: string; readonly size: number }

/** A TCP port of this host that leads to one of the guest. */
export type Forward = { readonly host: number; readonly guest: number }

/** Misbehaviour on request, of the stub driver only. Durations are milliseconds. */
export type StubKnobs = {
  readonly bootDelay?: number
  readonly crashAfter?: number
  readonly ignoreTerm?: boolean
  readonly exitCode?: number
}

/** What a machine is known by once it stands; `pid` only while it runs. */
export type MachineOutputs = {
  readonly directory: string
  readonly console: string
  readonly ip: string
  readonly pid?: number
  readonly port?: number
  readonly url?: string
}

/** The inputs that name a file of the host that a machine boots from. */
export const bootFields = ['kernel', 'initrd', 'iso'] as const
export type BootField = (typeof bootFields)[number]

const portNumber = { kind: 'integer', min: 1, max: 65_535 } as const
const path = { kind: 'string', maxLength: 4096 } as const

const disk = object({
  name: {
    schema: { kind: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,19}$', patternHint: 'at most 20 lower-case letters, digits and hyphens' },
    doc: 'Its serial number in the guest: /dev/disk/by-id/virtio-NAME.',
    required: true,
  },
  size: { schema: { kind: 'size', min: 2 ** 20, max: 2 ** 46 }, doc: 'How much it holds; it takes only what is written.', required: true },
})

const forwarded = object({
  host: { schema: portNumber, doc: 'Port of this host.', required: true },
  guest: { schema: portNumber, doc: 'Port inside of the machine.', required: true },
})

const inputs = object({
  cpus: { schema: { kind: 'integer', min: 1, max: 64 }, doc: 'Virtual CPUs; the stub driver only records them.', default: 1 },
  memory: {
    schema: { kind: 'size', min: 2 ** 20, max: 2 ** 44 },
    doc: 'Memory; the stub driver only records it.',
    default: 512 * 2 ** 20,
    examples: ['512MiB', '4GiB'],
  },
  init: {
    schema: { kind: 'string', maxLength: 1_048_576 },
    doc: 'What the machine runs when it boots: a shell script, or one whose first line names its interpreter. Usually made by a flavor. It stands in clear text only in the data image (0600).',
  },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels of the machine, kept beside it.' },
  name: {
    schema: {
      kind: 'string',
      pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
      patternHint: 'a host name of at most 63 characters',
    },
    doc: 'Host name of the machine, in its guest as FORGE_MEMBER. Default: <stack>-<group>-<member>.',
    public: true,
  },
  port: {
    schema: portNumber,
    doc: 'Port of the host that the machine serves on, in its guest as PORT. Two machines cannot hold the same one.',
    public: true,
  },
  environment: {
    schema: { kind: 'map', of: { kind: 'string' } },
    doc: 'Environment variables of the guest. Like init they are delivered in the data image and cannot be read back.',
  },
  kernel: {
    schema: path,
    doc: 'Linux kernel that a real machine boots, on this host. A new content boots it anew. Relative paths start at the configuration; the stub driver only records this and the fields below.',
    public: true,
  },
  initrd: { schema: path, doc: 'Initial root file system of the kernel.', public: true },
  cmdline: {
    schema: { kind: 'string', maxLength: 2048 },
    doc: 'Command line of the kernel; default: console=ttyS0. Everybody on this host can read it.',
    public: true,
  },
  iso: { schema: path, doc: 'CD-ROM image in the first drive; a real machine without a kernel boots from it.', public: true },
  disks: {
    schema: { kind: 'list', of: disk, key: 'name', max: 16 },
    doc: 'Disks of a real machine, kept in its directory and gone with it. A disk can grow with a restart and never shrinks.',
    examples: [[{ name: 'data', size: '10GiB' }]],
  },
  network: {
    schema: { kind: 'enum', values: ['user', 'none'] },
    doc: 'Network of a real machine: user-mode (default), which reaches out and is reached by forwarded ports, or none.',
  },
  guestPort: {
    schema: portNumber,
    doc: 'Port inside of a real machine that port leads to, in its guest as PORT. Default: the same number.',
    public: true,
  },
  forward: {
    schema: { kind: 'list', of: forwarded, max: 64 },
    doc: 'More TCP ports of this host (127.0.0.1) that lead into a real machine.',
    public: true,
    examples: [[{ host: 2222, guest: 22 }]],
  },
  stub: {
    schema: object({
      bootDelay: { schema: { kind: 'duration', min: 0 }, doc: 'How long the machine boots before it runs its init.' },
      crashAfter: { schema: { kind: 'duration', min: 0 }, doc: 'How long after booting the machine crashes with exit code 3.' },
      ignoreTerm: { schema: { kind: 'boolean' }, doc: 'The machine ignores the power button (SIGTERM).' },
      exitCode: {
        schema: { kind: 'integer', min: 0, max: 255 },
        doc: 'The code it exits with instead of 3; at once if crashAfter is not set.',
      },
    }),
    doc: 'Misbehaviour on request, for tests and demonstrations; stub driver only.',
  },
})

const outputs = object({
  directory: { schema: { kind: 'string' }, doc: "The machine's own directory.", required: true },
  console: { schema: { kind: 'string' }, doc: 'File with the end of its console output.', required: true },
  ip: { schema: { kind: 'string' }, doc: 'Where its port is reached.', required: true },
  pid: { schema: { kind: 'integer' }, doc: 'Its process, while it runs.' },
  port: { schema: { kind: 'integer' }, doc: 'The port it serves on, if it was given one.' },
  url: { schema: { kind: 'string' }, doc: 'http:// address of that port.' },
})

/** Only tags are no part of what a machine boots with; another init is another machine, and a disk never shrinks. */
export const effectOf = (field: string, before: Value | undefined, after: Value | undefined): Effect => {
  if (field === 'disks') return diskEffect(sizesOf(before), sizesOf(after))
  return field === 'tags' ? 'live' : field === 'init' ? 'replace' : 'restart'
}

const diskEffect = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Effect => {
  const kept = [...before].filter(([name]) => after.has(name))
  if (kept.some(([name, size]) => (after.get(name) ?? 0) < size)) return 'refuse'
  return kept.length < before.size ? 'replace' : 'restart'
}

const sizesOf = (disks: Value | undefined): ReadonlyMap<string, number> =>
  new Map(
    (disks !== undefined && isList(disks) ? disks : []).flatMap((disk) => {
      const { name, size } = isMap(disk) ? disk : {}
      return typeof name === 'string' && typeof size === 'number' ? [[name, size] as const] : []
    }),
  )

/** `hyperkit/machine`: a machine is a process with a directory. */
export const machine: ResourceType = {
  name: machineType,
  doc: 'A machine that is a process of this host, with a directory of its own.',
  version: 1,
  inputs,
  outputs,
  effect: effectOf,
  exclusive: ['port', 'forward'],
  contents: bootFields,
  guest: 'exec',
  prepared: { init: 'init', tags: 'tags' },
}
