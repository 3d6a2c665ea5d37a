import type { Client, Ref, Seen } from '@forgeplan/vsphere-soap'
import { catalogueOf } from './inventory.ts'
import type { Named } from './naming.ts'
import type { NetworkPlace } from './places.ts'

/** What a server has, but for its machines. */
export interface Catalogue {
  /** A standalone ESXi host, which has no clusters, no folders of machines and does not clone. */
  readonly isHost: boolean
  readonly datacenters: readonly Datacenter[]
}

/** An object with its name and path. */
export interface Entry extends Named {
  readonly ref: Ref
}

export interface Datacenter extends Entry {
  readonly vmFolder: Ref
  /** The folders of machines, the datacenter's own first. */
  readonly folders: readonly Entry[]
  readonly computes: readonly Compute[]
  readonly hosts: readonly HostEntry[]
  readonly pools: readonly Pool[]
  readonly datastores: readonly DatastoreEntry[]
  /** Datastore clusters. */
  readonly pods: readonly Entry[]
  readonly networks: readonly NetworkEntry[]
}

/** What a cluster or a host reaches, as keys of `keyOf`; null where that may not be read. */
export interface Reach {
  readonly datastores: ReadonlySet<string> | null
  readonly networks: ReadonlySet<string> | null
}

/** A cluster, or what stands around a host that is in none. */
export interface Compute extends Entry, Reach {
  readonly isCluster: boolean
  /** A cluster that does not choose hosts for machines. */
  readonly needsHost: boolean
  /** Its root pool; null where that may not be read. */
  readonly pool: Ref | null
}

export interface HostEntry extends Entry, Reach {
  readonly compute: Ref
  /** Why no machine can be started on it now; null where nothing is known against it. */
  readonly trouble: string | null
}

/** A resource pool or a vApp. */
export interface Pool extends Entry {
  /** Its cluster or host. */
  readonly compute: Ref | null
}

export interface DatastoreEntry extends Entry {
  /** The datastore cluster that it is a part of. */
  readonly pod: Ref | null
  readonly trouble: string | null
  /** Bytes; null where it may not be read. */
  readonly freeBytes: number | null
}

export interface NetworkEntry extends Entry {
  /** Null where what an adapter needs may not be read. */
  readonly place: NetworkPlace | null
}

const named = ['name', 'parent'] as const
const reach = ['datastore', 'network'] as const

const properties: Readonly<Record<string, readonly string[]>> = {
  Datacenter: [...named, 'vmFolder'],
  Folder: named,
  StoragePod: named,
  ComputeResource: [...named, ...reach, 'resourcePool'],
  ClusterComputeResource: [...named, ...reach, 'resourcePool', 'configuration.drsConfig.enabled'],
  HostSystem: [...named, ...reach, 'runtime.inMaintenanceMode', 'runtime.connectionState'],
  ResourcePool: [...named, 'owner'],
  VirtualApp: [...named, 'owner'],
  Datastore: [...named, 'summary.freeSpace', 'summary.accessible', 'summary.maintenanceMode'],
  Network: named,
  // Newer servers say in `config.uplink` what a port group is for; to older ones that is a path that does not exist.
  DistributedVirtualPortgroup: [...named, 'key', 'tag', 'config.distributedVirtualSwitch'],
  DistributedVirtualSwitch: [...named, 'uuid', 'config.uplinkPortgroup'],
  OpaqueNetwork: [...named, 'summary'],
}

/** Reads all of it with three calls, plus one for each further thousand objects. @throws VsphereError; the signal's reason. */
export const readCatalogue = async (client: Client, signal: AbortSignal): Promise<Catalogue> => {
  const seen: Seen[] = []
  const query = { of: { under: client.content.rootFolder }, properties }
  for await (const each of client.retrieve(query, { signal, pageSize: 1000 })) seen.push(each)
  return catalogueOf(seen, client.content.about.apiType === 'HostAgent')
}
