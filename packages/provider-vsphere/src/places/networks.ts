import type { Seen } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { NetworkEntry } from './catalogue.ts'
import type { NetworkPlace } from './places.ts'
import { refOf, refsOf, textOf } from './properties.ts'
import { keyOf } from './ref-key.ts'
import type { Node } from './tree.ts'

/** The networks of a datacenter that adapters can be attached to; `all` has the switches. */
export const networksOf = (inside: readonly Node[], all: readonly Node[]): readonly NetworkEntry[] => {
  const switches = new Map(all.filter(({ seen }) => seen.properties.has('uuid')).map(({ ref, seen }) => [keyOf(ref), seen]))
  const uplinks = new Set([...switches.values()].flatMap((each) => refsOf(each, 'config.uplinkPortgroup') ?? []).map(keyOf))
  return inside.flatMap((node) => {
    const { ref, name, path } = node
    if (!isNetwork(node) || uplinks.has(keyOf(ref)) || isUplink(node.seen)) return []
    return [{ ref, name, path, place: placeOf(node, switches) }]
  })
}

const types = new Set(['Network', 'DistributedVirtualPortgroup', 'OpaqueNetwork'])
const isNetwork = ({ ref }: Node): boolean => types.has(ref.type)

// The port group of a switch's own way out, where no machine belongs.
const isUplink = (seen: Seen): boolean => {
  const tags = seen.properties.get('tag')
  return Array.isArray(tags) && tags.some((tag) => isA(tag, 'Tag') && tag.key === 'SYSTEM/DVS.UPLINKPG')
}

const placeOf = (node: Node, switches: ReadonlyMap<string, Seen>): NetworkPlace | null => {
  switch (node.ref.type) {
    case 'DistributedVirtualPortgroup':
      return distributed(node, switches)
    case 'OpaqueNetwork':
      return opaque(node)
    default:
      return { kind: 'standard', ref: node.ref, name: node.name }
  }
}

const distributed = ({ ref, name, seen }: Node, switches: ReadonlyMap<string, Seen>): NetworkPlace | null => {
  const owner = refOf(seen, 'config.distributedVirtualSwitch')
  const home = owner === undefined ? undefined : switches.get(keyOf(owner))
  const switchUuid = home === undefined ? undefined : textOf(home, 'uuid')
  const portgroupKey = textOf(seen, 'key')
  return switchUuid === undefined || portgroupKey === undefined ? null : { kind: 'distributed', ref, name, portgroupKey, switchUuid }
}

const opaque = ({ ref, name, seen }: Node): NetworkPlace | null => {
  const summary = seen.properties.get('summary')
  if (!isA(summary, 'OpaqueNetworkSummary')) return null
  return { kind: 'opaque', ref, name, networkId: summary.opaqueNetworkId, networkType: summary.opaqueNetworkType }
}
