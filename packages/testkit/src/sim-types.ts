import type { Address, ObjectSchema, Part, Present, ResourceType, Value, ValueMap, Effect } from '@forgeplan/model'
import { isList, isMap, object, partAddress, typeName } from '@forgeplan/model'

export const machineType = typeName('sim', 'machine')
export const diskType = typeName('sim', 'disk')

/** Fields that go inside a machine and can never be read back. */
export const unreadableFields: readonly string[] = ['init', 'password']

const gibibyte = 2 ** 30

export const simSettings: ObjectSchema = object({
  world: { schema: { kind: 'string' }, doc: 'Name of a registered world, or the path of its file.', required: true },
  login: { schema: { kind: 'string' }, doc: 'Who asks; some logins see only a part of the world.' },
  token: { schema: { kind: 'secret' }, doc: 'Proves who asks.' },
})

const disk: ObjectSchema = object({
  name: { schema: { kind: 'string', pattern: '^[a-z][a-z0-9-]{0,30}$' }, doc: 'Identifies the disk in its machine.', required: true },
  size: { schema: { kind: 'size', min: 1 }, doc: 'Capacity.', required: true },
  retain: { schema: { kind: 'boolean' }, doc: 'Whether it outlives its machine.', default: false },
})

const machineInputs: ObjectSchema = object({
  image: { schema: { kind: 'string' }, doc: 'What it boots from; another image is another machine.', required: true },
  cpus: { schema: { kind: 'integer', min: 1, max: 128 }, doc: 'Processors; more are plugged in live.', default: 1 },
  memory: { schema: { kind: 'size', min: 1 }, doc: 'Working memory; takes a restart.', default: gibibyte },
  name: { schema: { kind: 'string', maxLength: 200 }, doc: 'What the platform calls it.' },
  port: { schema: { kind: 'integer', min: 1, max: 65_535 }, doc: 'A port of the host; no two machines can have the same.' },
  init: { schema: { kind: 'string' }, doc: 'Text that runs at the first boot.' },
  tags: { schema: { kind: 'map', of: { kind: 'string' } }, doc: 'Labels.' },
  note: { schema: { kind: 'string' }, doc: 'Free text.' },
  password: { schema: { kind: 'secret' }, doc: 'The first password of the administrator inside.' },
  disks: { schema: { kind: 'list', of: disk, key: 'name' }, doc: 'Disks of its own.' },
})

const machineEffects: Readonly<Record<string, Effect>> = {
  image: 'replace',
  init: 'replace',
  password: 'replace',
  memory: 'restart',
  port: 'restart',
}

const machineEffect = (field: string, before: Value | undefined, after: Value | undefined, seen: Present | null): Effect => {
  if (field !== 'cpus') return machineEffects[field] ?? 'live'
  const now = seen?.inputs['cpus'] ?? before
  return typeof now === 'number' && typeof after === 'number' && after >= now ? 'live' : 'restart'
}

const machineParts = (address: Address, inputs: ValueMap): readonly Part[] =>
  isList(inputs['disks'])
    ? inputs['disks'].filter(isMap).map((item) => ({
        type: diskType,
        address: partAddress('disk', address, String(item['name'])),
        inputs: { size: item['size'] ?? 0 },
        retain: item['retain'] === true,
      }))
    : []

export const simMachine: ResourceType = {
  name: machineType,
  doc: 'A machine of the simulated world.',
  version: 1,
  inputs: machineInputs,
  outputs: object({
    ip: { schema: { kind: 'string' }, doc: 'Its IPv4 address.' },
    url: { schema: { kind: 'string' }, doc: 'Where it answers.' },
    id: { schema: { kind: 'string' }, doc: 'What the platform calls it.' },
    cpus: { schema: { kind: 'integer' }, doc: 'Its processors.' },
  }),
  effect: machineEffect,
  follows: { cpus: ['cpus'] },
  exclusive: ['port'],
  guest: 'exec',
  prepared: { init: 'init', tags: 'tags' },
  parts: machineParts,
}

export const simDisk: ResourceType = {
  name: diskType,
  doc: 'A disk of a machine of the simulated world; it can grow and cannot shrink.',
  version: 1,
  inputs: object({ size: { schema: { kind: 'size', min: 1 }, doc: 'Capacity.', required: true } }),
  outputs: object({ path: { schema: { kind: 'string' }, doc: 'Where it lies.' } }),
  effect: (_field, before, after) => (typeof before === 'number' && typeof after === 'number' && after < before ? 'refuse' : 'live'),
  guest: 'none',
}
