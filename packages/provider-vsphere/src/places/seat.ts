import type { Ref } from '@forgeplan/vsphere-soap'
import { candidatesFor } from './candidates.ts'
import type { Compute, Datacenter, HostEntry, Pool, Reach } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, refused, unusable } from './choose.ts'
import { chooseCluster, chooseHost, computeAt, outsideOf, workingHosts } from './hosts.ts'
import { shown } from './naming.ts'
import type { Placement } from './places.ts'
import { keyOf } from './ref-key.ts'

/** Where a machine runs: a pool, and a host where one was named. */
export interface Seat {
  readonly pool: Ref
  readonly host: Ref | null
  /** The cluster, or what stands around a host; null where it may not be read. */
  readonly compute: Compute | null
  /** What can be reached from there, and how it is called. */
  readonly reach: Reach & { readonly name: string }
}

/** The pool that is named, else that of the host, else that of the cluster, else that of the only compute resource. */
export const chooseSeat = (room: Datacenter, place: string, placement: Placement): Choice<Seat> => {
  const cluster = placement.cluster === undefined ? chosen(null) : chooseCluster(room, place, placement.cluster)
  const host = placement.host === undefined ? chosen(null) : chooseHost(room, place, placement.host)
  if (!cluster.ok || !host.ok) return { ok: false, problems: [...problemsOf(cluster), ...problemsOf(host)] }
  const apart = placement.host === undefined ? null : outsideOf(room, placement.host, host.value, cluster.value)
  if (apart !== null) return apart
  const compute = host.value === null ? cluster.value : computeAt(room, host.value.compute)
  return withHost(room, sit(room, place, placement, { host: host.value, compute }))
}

const sit = (room: Datacenter, place: string, placement: Placement, known: Known): Choice<Seat> => {
  if (placement.pool !== undefined) return seatInPool(room, place, placement.pool, known)
  if (known.compute !== null) return seatOf(known.compute, known.host)
  return known.host === null ? onlySeat(room, place) : unusable('host', placement.host, 'its compute resource may not be read')
}

const withHost = (room: Datacenter, seat: Choice<Seat>): Choice<Seat> => {
  const compute = seat.ok && seat.value.host === null ? seat.value.compute : null
  if (compute === null || !compute.needsHost) return seat
  const why = `the cluster ${shown(compute.name)} has no DRS, which would choose one`
  const candidates = candidatesFor(undefined, workingHosts(room, compute.ref))
  return refused({ kind: 'missing', field: 'host', given: undefined, candidates, why })
}

/** The problems of a choice. */
export const problemsOf = (choice: Choice<unknown>) => (choice.ok ? [] : choice.problems)

interface Known {
  readonly host: HostEntry | null
  readonly compute: Compute | null
}

const seatInPool = (room: Datacenter, place: string, given: string, { host, compute }: Known): Choice<Seat> => {
  const own = room.pools.filter((each) => compute === null || isIn(each, compute))
  const within = compute === null ? place : shown(compute.name)
  const found = chooseOne({ field: 'pool', given, among: own, noun: 'resource pool', place: within })
  if (!found.ok) {
    const elsewhere = chooseOne({ field: 'pool', given, among: room.pools, noun: 'resource pool', place })
    const isElsewhere = compute !== null && found.problems[0]?.kind === 'unknown' && elsewhere.ok
    return isElsewhere ? unusable('pool', given, `it is not in ${shown(compute.name)}`, own) : found
  }
  if (isVapp(found.value))
    return unusable(
      'pool',
      given,
      vApp,
      own.filter((each) => !isVapp(each)),
    )
  const home = compute ?? computeAt(room, found.value.compute)
  return chosen({ pool: found.value.ref, host: host?.ref ?? null, compute: home, reach: reachOf(home, host) })
}

const isVapp = ({ ref }: Pool): boolean => ref.type === 'VirtualApp'
const vApp = 'it is a vApp, whose machines are in no folder, and forge keeps its machines in folders'

const isIn = (pool: Pool, compute: Compute): boolean => pool.compute !== null && keyOf(pool.compute) === keyOf(compute.ref)

const reachOf = (compute: Compute | null, host: HostEntry | null): Seat['reach'] =>
  host ?? compute ?? { name: '', datastores: null, networks: null }

const seatOf = (compute: Compute, host: HostEntry | null): Choice<Seat> => {
  const field = host === null ? 'cluster' : 'host'
  if (compute.pool === null) return unusable(field, (host ?? compute).name, 'its resource pool may not be read')
  return chosen({ pool: compute.pool, host: host?.ref ?? null, compute, reach: reachOf(compute, host) })
}

const onlySeat = (room: Datacenter, place: string): Choice<Seat> => {
  const [first, ...others] = room.computes
  if (first !== undefined && others.length === 0) return seatOf(first, null)
  const count = room.computes.length
  const why = count === 0 ? `${place} has no cluster and no host that this user can see` : `${place} has ${count} clusters and hosts`
  return refused({ kind: 'missing', field: fieldFor(room), given: undefined, candidates: candidatesFor(undefined, room.computes), why })
}

const fieldFor = ({ computes }: Datacenter): 'cluster' | 'host' => (computes.some(({ isCluster }) => isCluster) ? 'cluster' : 'host')
