import type { Plain, PlainMap, State } from '@forgeplan/model'
import { compareText, isMap, unitOf } from '@forgeplan/model'
import type { Fleet, FleetUnit, World, WorldObject } from '@forgeplan/testkit'
import { genuineMark, machineType, unitName } from '@forgeplan/testkit'

/**
 * What a fleet asks for, worked out from its value alone, without any of the code under test: for each unit the
 * machines with the inputs that the file says. Members of a sized group are told apart by nothing but their number.
 */
export const wantedOf = (fleet: Fleet): PlainMap =>
  Object.fromEntries(fleet.units.map((unit) => [unitName(unit), idsOf(unit).map((id) => machineOf(fleet, unit, id))]))

/** The same of what stands in the world, as far as live rows claim it and the file says something about it. */
export const standingOf = (fleet: Fleet, world: World, state: State): PlainMap => {
  const byUid = new Map(world.objects().map((object) => [object.uid, object]))
  const rows = [...state.rows.values()].filter((row) => row.phase.kind === 'live' && row.type === machineType)
  return Object.fromEntries(
    fleet.units.map((unit) => {
      const name = unitName(unit)
      const own = rows.filter((row) => unitOf(row.address) === name)
      const machines = own.map((row) => seenOf(unit, byUid.get(row.uid), { world, state, address: row.address }))
      return [name, machines.toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)))]
    }),
  )
}

const idsOf = ({ shape, name }: FleetUnit): readonly string[] => {
  if (shape.kind === 'single') return [name]
  return shape.kind === 'ids' ? shape.ids.toSorted(compareText) : Array.from({ length: shape.size }, () => '*')
}

const sizes: Readonly<Record<string, number>> = { '1GiB': 2 ** 30, '2GiB': 2 ** 31 }

const machineOf = (fleet: Fleet, unit: FleetUnit, id: string): PlainMap => {
  const { image, cpus, memory, note, port, disks } = unit.inputs
  const flavor = unit.flavor === null ? {} : (fleet.flavors[unit.flavor] as PlainMap)
  return {
    id,
    image: image ?? null,
    cpus: cpus ?? null,
    memory: sizes[String(memory)] ?? null,
    ...(port === undefined ? {} : { port }),
    ...(note === undefined || ignoresNote(unit) ? {} : { note: noteOf(String(note), id) }),
    tags: {
      ...(isMap(flavor['tags']) ? (flavor['tags'] as PlainMap) : {}),
      ...(unit.inputs['tags'] === undefined ? {} : { peer: 'right' }),
    },
    disks: Array.isArray(disks) ? disks.length : 0,
    running: true,
  }
}

const ignoresNote = ({ policy }: FleetUnit): boolean => JSON.stringify(policy['ignoreChanges'] ?? []).includes('note')

// What stands in a note about a member differs from member to member; that it is told apart is enough.
const noteOf = (note: string, id: string): string =>
  id === '*' && note.includes('${member') ? 'about itself' : note.replace('${member.id}', id)

interface Around {
  readonly world: World
  readonly state: State
  readonly address: string
}

const seenOf = (unit: FleetUnit, object: WorldObject | undefined, around: Around): PlainMap => {
  if (object === undefined) return { gone: true }
  const { inputs } = object
  const id = unit.shape.kind === 'sized' ? '*' : (around.address.split('/')[1] ?? unit.name)
  return {
    id,
    image: inputs['image'] ?? null,
    cpus: inputs['cpus'] ?? null,
    memory: inputs['memory'] ?? null,
    ...(unit.inputs['port'] === undefined ? {} : { port: inputs['port'] ?? null }),
    ...(unit.inputs['note'] === undefined || ignoresNote(unit) ? {} : { note: noteSeen(unit, inputs['note'] ?? null, around.address) }),
    tags: tagsSeen(unit, inputs['tags'] ?? {}, around),
    disks: disksSeen(object, around),
    running: object.status.kind === 'running',
  }
}

const noteSeen = (unit: FleetUnit, note: Plain, address: string): Plain => {
  const template = String(unit.inputs['note'])
  const member = address.split('/')[1] ?? unit.name
  const name = `lab-${address.slice(address.indexOf('.') + 1).replaceAll('/', '-')}`
  const right = template.replace('${member.id}', member).replace('${member.name}', name)
  if (note !== right) return note
  return unit.shape.kind === 'sized' && template.includes('${member') ? 'about itself' : template.replace('${member.id}', member)
}

// Only tags that the file or the flavor sets; a released one may still be there.
const tagsSeen = (unit: FleetUnit, tags: Plain, { world, state }: Around): PlainMap => {
  if (!isMap(tags)) return { odd: true }
  const expression = isMap(unit.inputs['tags']) ? String(unit.inputs['tags']['peer']) : null
  const of = expression?.replace('${instances.', 'instance.').replace('.ip}', '')
  const row = [...state.rows.values()].find(({ address, phase }) => address === of && phase.kind === 'live')
  const ip = world.objects().find(({ uid }) => uid === row?.uid)?.outputs['ip']
  return {
    ...(unit.flavor === 'web' ? { role: (tags['role'] ?? null) as Plain } : {}),
    ...(expression === null ? {} : { peer: tags['peer'] === ip ? 'right' : ((tags['peer'] ?? null) as Plain) }),
  }
}

const disksSeen = (object: WorldObject, { world, state }: Around): number => {
  const disks = world.objects().filter(({ id, uid }) => object.attached.includes(id) && state.rows.get(uid)?.phase.kind === 'live')
  return disks.filter((disk) => genuineMark(disk) !== undefined).length
}
