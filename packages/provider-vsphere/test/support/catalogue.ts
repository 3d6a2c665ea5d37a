import type { Ref } from '@forgeplan/vsphere-soap'
import type { Catalogue, Compute, Datacenter, DatastoreEntry, Entry, HostEntry, NetworkEntry, Pool } from '../../src/places/catalogue.ts'
import { keyOf } from '../../src/places/ref-key.ts'

const refOf = (type: string, path: string): Ref => ({ type, value: path })
const entry = (type: string, path: string): Entry => ({ ref: refOf(type, path), name: path.slice(path.lastIndexOf('/') + 1), path })

/** What a test's catalogue has, by inventory paths below the datacenter. */
export const aPool = (path: string, compute: Ref, over: Partial<Pool> = {}): Pool => ({ ...entry('ResourcePool', path), compute, ...over })

export const aCompute = (path: string, over: Partial<Compute> = {}): Compute => ({
  ...entry('ClusterComputeResource', path),
  isCluster: true,
  needsHost: false,
  pool: refOf('ResourcePool', `${path}/Resources`),
  datastores: null,
  networks: null,
  ...over,
})

export const aHost = (path: string, over: Partial<HostEntry> = {}): HostEntry => ({
  ...entry('HostSystem', path),
  compute: refOf('ClusterComputeResource', path.slice(0, path.lastIndexOf('/'))),
  trouble: null,
  datastores: null,
  networks: null,
  ...over,
})

export const aDatastore = (path: string, over: Partial<DatastoreEntry> = {}): DatastoreEntry => ({
  ...entry('Datastore', path),
  pod: null,
  trouble: null,
  freeBytes: null,
  ...over,
})

export const aNetwork = (path: string, over: Partial<NetworkEntry> = {}): NetworkEntry => {
  const own = entry('Network', path)
  return { ...own, place: { kind: 'standard', ref: own.ref, name: own.name }, ...over }
}

export const aPod = (path: string): Entry => entry('StoragePod', path)

export const aDatacenter = (path: string, over: Partial<Datacenter> = {}): Datacenter => ({
  ...entry('Datacenter', path),
  vmFolder: refOf('Folder', `${path}/vm`),
  folders: [entry('Folder', `${path}/vm`)],
  computes: [aCompute(`${path}/host/c1`)],
  hosts: [],
  pools: [],
  datastores: [aDatastore(`${path}/datastore/nfs`)],
  pods: [],
  networks: [aNetwork(`${path}/network/VM Network`)],
  ...over,
})

export const aCatalogue = (datacenters: readonly Datacenter[], isHost = false): Catalogue => ({ isHost, datacenters })

/** The keys of some objects. */
export const keys = (...entries: readonly Entry[]): ReadonlySet<string> => new Set(entries.map(({ ref }) => keyOf(ref)))
