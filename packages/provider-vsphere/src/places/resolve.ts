import { chooseNetwork } from './attach.ts'
import { candidatesFor } from './candidates.ts'
import type { Catalogue, Datacenter } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, refused, unusable } from './choose.ts'
import { isWholePath, segmentsOf, shown } from './naming.ts'
import type { Placement, Resolved, TemplatePlace } from './places.ts'
import type { Seat } from './seat.ts'
import { chooseSeat, problemsOf } from './seat.ts'
import { chooseDatastore } from './storage.ts'
import type { Templates } from './templates.ts'
import { templateKey } from './templates.ts'

/** The objects that a placement names, or everything that is wrong with it. `templates` holds what its template was looked up as. */
export const resolve = (catalogue: Catalogue, templates: Templates, placement: Placement): Resolved => {
  const datacenter = datacenterOf(catalogue, placement)
  if (!datacenter.ok) return datacenter
  const room = datacenter.value
  const place = `the datacenter ${shown(room.name)}`
  const seat = seatOn(catalogue, room, placement)
  const known = seat.ok ? seat.value : null
  const datastore = chooseDatastore(room, place, placement.datastore, known)
  const networks = placement.networks.map((each) => chooseNetwork(room, place, each, known))
  const template = templateOf(catalogue, room, templates, placement)
  if (!seat.ok || !datastore.ok || !template.ok || networks.some(({ ok }) => !ok)) {
    return { ok: false, problems: [seat, datastore, ...networks, template].flatMap(problemsOf) }
  }
  return {
    ok: true,
    places: {
      datacenter: room.ref,
      datacenterPath: room.path,
      vmFolder: room.vmFolder,
      pool: seat.value.pool,
      host: seat.value.host,
      datastore: { ref: datastore.value.ref, name: datastore.value.name },
      networks: networks.flatMap((each) => (each.ok ? [each.value] : [])),
      template: template.value,
    },
  }
}

/** The datacenter that is named, else the only one, else the one that all whole paths of the placement lead into. */
export const datacenterOf = ({ datacenters }: Catalogue, placement: Placement): Choice<Datacenter> => {
  const given = placement.datacenter
  const question = { field: 'datacenter', among: datacenters, noun: 'datacenter', place: 'the inventory' } as const
  if (given !== undefined) return chooseOne({ ...question, given })
  const [first, ...others] = datacenters
  if (first !== undefined && others.length === 0) return chosen(first)
  const [led, ...more] = datacenters.filter((each) => pathsOf(placement).some((path) => leadsInto(path, each)))
  if (led !== undefined && more.length === 0) return chosen(led)
  const why = first === undefined ? 'there is none that this user can see' : `there are ${datacenters.length}`
  return refused({ kind: 'missing', field: 'datacenter', given, candidates: candidatesFor(undefined, datacenters), why })
}

const pathsOf = ({ cluster, host, pool, datastore, networks, template }: Placement): readonly string[] =>
  [cluster, host, pool, datastore, ...networks, template].filter((each) => each !== undefined).filter(isWholePath)

const leadsInto = (path: string, { path: own }: Datacenter): boolean => {
  const names = segmentsOf(path)
  const inside = segmentsOf(own)
  return names.length > inside.length && inside.every((each, index) => each === names[index])
}

const seatOn = (catalogue: Catalogue, room: Datacenter, placement: Placement): Choice<Seat> =>
  catalogue.isHost && placement.cluster !== undefined
    ? unusable('cluster', placement.cluster, 'a standalone ESXi host has no clusters: leave it out, or connect to the vCenter')
    : chooseSeat(room, `the datacenter ${shown(room.name)}`, placement)

const templateOf = (
  catalogue: Catalogue,
  room: Datacenter,
  templates: Templates,
  { template }: Placement,
): Choice<TemplatePlace | null> => {
  if (template === undefined) return chosen(null)
  if (catalogue.isHost)
    return unusable('template', template, 'a standalone ESXi host does not clone: boot from an iso, or connect to the vCenter')
  const looked = templates.get(templateKey(room.ref, template))
  if (looked === undefined) throw new Error('a template was not looked up before its placement was resolved')
  return looked
}
