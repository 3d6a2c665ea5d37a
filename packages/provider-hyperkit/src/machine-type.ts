import type { Effect, ResourceType } from '@forgeplan/model'
import { object, typeName } from '@forgeplan/model'

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
  readonly stub?: StubKnobs
}

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
  },
  port: {
    schema: { kind: 'integer', min: 1, max: 65_535 },
    doc: 'Port of the host that the machine serves on, in its guest as PORT. Two machines cannot hold the same one.',
  },
  environment: {
    schema: { kind: 'map', of: { kind: 'string' } },
    doc: 'Environment variables of the guest. Like init they are delivered in the data image and cannot be read back.',
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

/** Only tags are no part of what a machine boots with; another init is another machine. */
export const effectOf = (field: string): Effect => (field === 'tags' ? 'live' : field === 'init' ? 'replace' : 'restart')

/** `hyperkit/machine`: a machine is a process with a directory. */
export const machine: ResourceType = {
  name: machineType,
  doc: 'A machine that is a process of this host, with a directory of its own.',
  version: 1,
  inputs,
  outputs,
  effect: effectOf,
  exclusive: ['port'],
  guest: 'exec',
  prepared: { init: 'init', tags: 'tags' },
}
