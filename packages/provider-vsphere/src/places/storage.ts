import { candidatesFor } from './candidates.ts'
import type { Datacenter, DatastoreEntry } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, refused, unusable } from './choose.ts'
import { shown } from './naming.ts'
import { keyOf } from './ref-key.ts'
import type { Seat } from './seat.ts'

/** The datastore that is named, or the only one that can be used; `seat` is null where that is not known. */
export const chooseDatastore = (room: Datacenter, place: string, given: string | undefined, seat: Seat | null): Choice<DatastoreEntry> => {
  const usable = room.datastores.filter(({ trouble }) => trouble === null)
  if (given === undefined) return onlyDatastore(usable, place)
  const found = usableDatastore(room, place, given)
  return found.ok ? (withinReach(found.value, given, usable, seat) ?? found) : found
}

/** The datastore of a name, if it can be used. */
export const usableDatastore = (room: Datacenter, place: string, given: string): Choice<DatastoreEntry> => {
  const found = namedDatastore(room, place, given)
  if (!found.ok || found.value.trouble === null) return found
  const usable = room.datastores.filter(({ trouble }) => trouble === null)
  return unusable('datastore', given, found.value.trouble, usable)
}

/** The datastore of a name, whatever its condition. */
export const namedDatastore = (room: Datacenter, place: string, given: string): Choice<DatastoreEntry> => {
  const found = chooseOne({ field: 'datastore', given, among: room.datastores, noun: 'datastore', place })
  if (found.ok) return found
  const pod = chooseOne({ field: 'datastore', given, among: room.pods, noun: 'datastore', place })
  if (!pod.ok) return found
  const members = room.datastores.filter((each) => each.pod !== null && keyOf(each.pod) === keyOf(pod.value.ref))
  return unusable('datastore', given, 'it is a datastore cluster, and forge does not choose within one: name a datastore of it', members)
}

const onlyDatastore = (usable: readonly DatastoreEntry[], place: string): Choice<DatastoreEntry> => {
  const [first, ...others] = usable
  if (first !== undefined && others.length === 0) return chosen(first)
  const why = first === undefined ? `${place} has none that can be used` : `${place} has ${usable.length} of them`
  return refused({ kind: 'missing', field: 'datastore', given: undefined, candidates: candidatesFor(undefined, usable), why })
}

const withinReach = (
  { ref }: DatastoreEntry,
  given: string,
  usable: readonly DatastoreEntry[],
  seat: Seat | null,
): Choice<never> | null => {
  const reached = seat?.reach.datastores ?? null
  if (seat === null || reached === null || reached.has(keyOf(ref))) return null
  const others = usable.filter((each) => reached.has(keyOf(each.ref)))
  return unusable('datastore', given, `${shown(seat.reach.name)} does not reach it`, others)
}
