import type { Seen } from '@forgeplan/vsphere-soap'
import type { Catalogue, Compute, Datacenter, DatastoreEntry, Entry, HostEntry, Pool, Reach } from './catalogue.ts'
import { keyOf } from './ref-key.ts'
import { networksOf } from './networks.ts'
import { bytesOf, refOf, refsOf, textOf } from './properties.ts'
import type { Node } from './tree.ts'
import { nodesOf } from './tree.ts'

/** The catalogue of what was read of an inventory. What has no name or lies in no datacenter is left out. */
export const catalogueOf = (seen: readonly Seen[], isHost: boolean): Catalogue => {
  const nodes = nodesOf(seen)
  const inside = byDatacenter(nodes)
  return {
    isHost,
    datacenters: ofType(nodes, 'Datacenter').flatMap((node) => datacenterOf(node, inside.get(keyOf(node.ref)) ?? [], nodes)),
  }
}

const byDatacenter = (nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> => {
  const inside = new Map<string, Node[]>()
  for (const node of nodes) {
    const datacenter = node.above.find(({ type }) => type === 'Datacenter')
    if (datacenter === undefined) continue
    const key = keyOf(datacenter)
    const list = inside.get(key)
    if (list === undefined) inside.set(key, [node])
    else list.push(node)
  }
  return inside
}

const datacenterOf = (node: Node, inside: readonly Node[], all: readonly Node[]): readonly Datacenter[] => {
  const vmFolder = refOf(node.seen, 'vmFolder')
  if (vmFolder === undefined) return []
  const folderKey = keyOf(vmFolder)
  return [
    {
      ...entryOf(node),
      vmFolder,
      folders: ofType(inside, 'Folder')
        .filter(({ ref, above }) => keyOf(ref) === folderKey || above.some((each) => keyOf(each) === folderKey))
        .toSorted((a, b) => a.above.length - b.above.length)
        .map(entryOf),
      computes: ofType(inside, 'ComputeResource', 'ClusterComputeResource').map(computeOf),
      hosts: ofType(inside, 'HostSystem').flatMap(hostOf),
      pools: ofType(inside, 'ResourcePool', 'VirtualApp').map(poolOf),
      datastores: ofType(inside, 'Datastore').map(datastoreOf),
      pods: ofType(inside, 'StoragePod').map(entryOf),
      networks: networksOf(inside, all),
    },
  ]
}

const ofType = (nodes: readonly Node[], ...types: readonly string[]): readonly Node[] => nodes.filter(({ ref }) => types.includes(ref.type))

const entryOf = ({ ref, name, path }: Node): Entry => ({ ref, name, path })

const reachOf = ({ seen }: Node): Reach => ({ datastores: keysOf(seen, 'datastore'), networks: keysOf(seen, 'network') })

const keysOf = (seen: Seen, path: string): ReadonlySet<string> | null => {
  const refs = refsOf(seen, path)
  return refs === undefined ? null : new Set(refs.map(keyOf))
}

const computeOf = (node: Node): Compute => ({
  ...entryOf(node),
  ...reachOf(node),
  isCluster: node.ref.type === 'ClusterComputeResource',
  needsHost: node.seen.properties.get('configuration.drsConfig.enabled') === false,
  pool: refOf(node.seen, 'resourcePool') ?? null,
})

const hostOf = (node: Node): readonly HostEntry[] => {
  const compute = refOf(node.seen, 'parent')
  return compute === undefined ? [] : [{ ...entryOf(node), ...reachOf(node), compute, trouble: hostTrouble(node.seen) }]
}

const hostTrouble = (seen: Seen): string | null => {
  const connection = textOf(seen, 'runtime.connectionState')
  if (connection !== undefined && connection !== 'connected') return 'it is not connected to vCenter'
  return seen.properties.get('runtime.inMaintenanceMode') === true ? 'it is in maintenance mode' : null
}

const poolOf = (node: Node): Pool => ({ ...entryOf(node), compute: refOf(node.seen, 'owner') ?? null })

const datastoreOf = (node: Node): DatastoreEntry => {
  const parent = node.above[0]
  return {
    ...entryOf(node),
    pod: parent?.type === 'StoragePod' ? parent : null,
    trouble: datastoreTrouble(node.seen),
    freeBytes: bytesOf(node.seen, 'summary.freeSpace') ?? null,
  }
}

const datastoreTrouble = (seen: Seen): string | null => {
  if (seen.properties.get('summary.accessible') === false) return 'no host reaches it'
  const mode = textOf(seen, 'summary.maintenanceMode')
  return mode === undefined || mode === 'normal' ? null : 'it is in maintenance mode'
}
