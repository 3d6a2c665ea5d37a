import type { Ref } from '@forgeplan/vsphere-soap'
import type { Compute, Datacenter, HostEntry } from './catalogue.ts'
import type { Choice } from './choose.ts'
import { chooseOne, chosen, unusable } from './choose.ts'
import { shown } from './naming.ts'
import { keyOf } from './ref-key.ts'

/** The cluster, or what stands around a host, of a reference; null where it may not be read. */
export const computeAt = ({ computes }: Datacenter, ref: Ref | null): Compute | null =>
  (ref === null ? undefined : computes.find((each) => keyOf(each.ref) === keyOf(ref))) ?? null

/** The cluster of a name. */
export const chooseCluster = (room: Datacenter, place: string, given: string): Choice<Compute> => {
  const clusters = room.computes.filter(({ isCluster }) => isCluster)
  const found = chooseOne({ field: 'cluster', given, among: clusters, noun: 'cluster', place })
  if (found.ok) return found
  const alone = chooseOne({ field: 'cluster', given, among: room.computes, noun: 'cluster', place })
  return alone.ok && !alone.value.isCluster
    ? unusable('cluster', given, 'it is a host that stands alone: name it as host', clusters)
    : found
}

/** The host of a name, where machines can be started on it. */
export const chooseHost = (room: Datacenter, place: string, given: string): Choice<HostEntry> => {
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

/** The hosts of a cluster that machines can be started on. */
export const workingHosts = ({ hosts }: Datacenter, compute: Ref): readonly HostEntry[] =>
  hosts.filter((each) => each.trouble === null && keyOf(each.compute) === keyOf(compute))

/** That a host is not in the cluster that was named with it; null where that is as it should be. */
export const outsideOf = (room: Datacenter, given: string, host: HostEntry | null, cluster: Compute | null): Choice<never> | null => {
  if (host === null || cluster === null || keyOf(host.compute) === keyOf(cluster.ref)) return null
  return unusable('host', given, `it is not in the cluster ${shown(cluster.name)}`, workingHosts(room, cluster.ref))
}
