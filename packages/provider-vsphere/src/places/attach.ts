import type { Datacenter, NetworkEntry } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, unusable } from './choose.ts'
import { shown } from './naming.ts'
import type { NetworkPlace } from './places.ts'
import { keyOf } from './ref-key.ts'
import type { Seat } from './seat.ts'

/** The network of a name, where the machine's seat reaches it. */
export const chooseNetwork = (room: Datacenter, place: string, given: string, seat: Seat | null): Choice<NetworkPlace> => {
  const found = chooseOne({ field: 'networks', given, among: room.networks, noun: 'network', place })
  if (!found.ok) return found
  const { place: network } = found.value
  if (network === null) return unusable('networks', given, 'its switch or its identity may not be read')
  return isReached(found.value, seat) ? chosen(network) : outOfReach(room, given, seat)
}

// Which hosts have an opaque network is told in other ways than this.
const isReached = ({ ref, place }: NetworkEntry, seat: Seat | null): boolean =>
  place?.kind === 'opaque' || (seat?.reach.networks?.has(keyOf(ref)) ?? true)

const outOfReach = (room: Datacenter, given: string, seat: Seat | null): Choice<never> => {
  const others = room.networks.filter((each) => isReached(each, seat))
  return unusable('networks', given, `${shown(seat?.reach.name ?? '')} is not connected to it`, others)
}
