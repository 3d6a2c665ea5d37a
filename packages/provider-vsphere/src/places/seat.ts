import type { Ref } from '@forgeplan/vsphere-soap'
import { candidatesFor } from './candidates.ts'
import type { Compute, Datacenter, HostEntry, Pool, Reach } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, refused, unusable } from './choose.ts'
import { shown } from './naming.ts'
import type { Placement } from './places.ts'
import { keyOf } from './ref-key.ts'

/** Where a machine runs: a pool, and a host where one was named. */
export interface Seat {
  readonly pool: Ref
  readonly host: Ref | null
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
  if (placement.pool !== undefined) return seatInPool(room, place, placement.pool, { host: host.value, compute })
  if (compute !== null) return seatOf(compute, host.value)
  return host.value === null ? onlySeat(room, place) : unusable('host', placement.host, 'its compute resource may not be read')
}

/** The problems of a choice. */
export const problemsOf = (choice: Choice<unknown>) => (choice.ok ? [] : choice.problems)

const computeAt = ({ computes }: Datacenter, ref: Ref | null): Compute | null =>
  (ref === null ? undefined : computes.find((each) => keyOf(each.ref) === keyOf(ref))) ?? null

const chooseCluster = (room: Datacenter, place: string, given: string): Choice<Compute> => {
  const clusters = room.computes.filter(({ isCluster }) => isCluster)
  const found = chooseOne({ field: 'cluster', given, among: clusters, noun: 'cluster', place })
  if (found.ok) return found
  const alone = chooseOne({ field: 'cluster', given, among: room.computes, noun: 'cluster', place })
  return alone.ok && !alone.value.isCluster
    ? unusable('cluster', given, 'it is a host that stands alone: name it as host', clusters)
    : found
}

const chooseHost = (room: Datacenter, place: string, given: string): Choice<HostEntry> => {
  const found = chooseOne({ field: 'host', given, among: room.hosts, noun: 'host', place })
  const host = found.ok ? found : (aloneAt(room, given) ?? found)
  if (!host.ok || host.value.trouble === null) return host
  return unusable('host', given, host.value.trouble, workingHosts(room, host.value.compute))
}

// `/DC0/host/esx1` is what stands around the host `/DC0/host/esx1/esx1`, and govc takes both.
const aloneAt = (room: Datacenter, given: string): Choice<HostEntry> | null => {
  const alone = room.computes.filter(({ isCluster }) => !isCluster)
  const found = chooseOne({ field: 'host', given, among: alone, noun: 'host', place: '' })
  const host = found.ok ? room.hosts.find(({ compute }) => keyOf(compute) === keyOf(found.value.ref)) : undefined
  return host === undefined ? null : chosen(host)
}

const workingHosts = ({ hosts }: Datacenter, compute: Ref): readonly HostEntry[] =>
  hosts.filter((each) => each.trouble === null && keyOf(each.compute) === keyOf(compute))

const outsideOf = (room: Datacenter, given: string, host: HostEntry | null, cluster: Compute | null): Choice<never> | null => {
  if (host === null || cluster === null || keyOf(host.compute) === keyOf(cluster.ref)) return null
  return unusable('host', given, `it is not in the cluster ${shown(cluster.name)}`, workingHosts(room, cluster.ref))
}

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
  const home = compute ?? computeAt(room, found.value.compute)
  return chosen({ pool: found.value.ref, host: host?.ref ?? null, reach: reachOf(home, host) })
}

const isIn = (pool: Pool, compute: Compute): boolean => pool.compute !== null && keyOf(pool.compute) === keyOf(compute.ref)

const reachOf = (compute: Compute | null, host: HostEntry | null): Seat['reach'] =>
  host ?? compute ?? { name: '', datastores: null, networks: null }

const seatOf = (compute: Compute, host: HostEntry | null): Choice<Seat> => {
  const field = host === null ? 'cluster' : 'host'
  if (compute.pool === null) return unusable(field, (host ?? compute).name, 'its resource pool may not be read')
  return chosen({ pool: compute.pool, host: host?.ref ?? null, reach: reachOf(compute, host) })
}

const onlySeat = (room: Datacenter, place: string): Choice<Seat> => {
  const [first, ...others] = room.computes
  if (first !== undefined && others.length === 0) return seatOf(first, null)
  const count = room.computes.length
  const why = count === 0 ? `${place} has no cluster and no host that this user can see` : `${place} has ${count} clusters and hosts`
  return refused({ kind: 'missing', field: fieldFor(room), given: undefined, candidates: candidatesFor(undefined, room.computes), why })
}

const fieldFor = ({ computes }: Datacenter): 'cluster' | 'host' => (computes.some(({ isCluster }) => isCluster) ? 'cluster' : 'host')
