import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, AnyVirtualDeviceBackingInfo, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { NetworkPlace } from '../../places/places.ts'
import { added, bySlot, connected, edited } from './change.ts'

/** The network of each adapter, in their order: the reference's value of a port group, or the name of a network of a host. */
export const networksIn = (devices: readonly AnyVirtualDevice[]): readonly string[] =>
  adaptersIn(devices).map(({ backing }) => networkOf(backing))

/** The network adapters of a machine, in their order. */
export const adaptersIn = (devices: readonly AnyVirtualDevice[]) =>
  devices.filter((each): each is AnyVirtualDevice & Types['VirtualEthernetCard'] => isA(each, 'VirtualEthernetCard')).toSorted(bySlot)

const networkOf = (backing: AnyVirtualDeviceBackingInfo | undefined): string => {
  if (isA(backing, 'VirtualEthernetCardNetworkBackingInfo')) return backing.deviceName
  if (isA(backing, 'VirtualEthernetCardDistributedVirtualPortBackingInfo')) return backing.port.portgroupKey ?? ''
  if (isA(backing, 'VirtualEthernetCardOpaqueNetworkBackingInfo')) return backing.opaqueNetworkId
  return ''
}

/** What `networksIn` says of an adapter in this network. */
export const adapterKey = (network: NetworkPlace): string => {
  switch (network.kind) {
    case 'standard':
      return network.name
    case 'distributed':
      return network.portgroupKey
    case 'opaque':
      return network.networkId
    default:
      return network satisfies never
  }
}

const backingOf = (network: NetworkPlace): AnyVirtualDeviceBackingInfo => {
  switch (network.kind) {
    case 'standard':
      return { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.name, network: network.ref }
    case 'distributed': {
      const port = { switchUuid: network.switchUuid, portgroupKey: network.portgroupKey }
      return { $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo', port }
    }
    case 'opaque':
      return {
        $type: 'VirtualEthernetCardOpaqueNetworkBackingInfo',
        opaqueNetworkId: network.networkId,
        opaqueNetworkType: network.networkType,
      }
    default:
      return network satisfies never
  }
}

/** What has to be done so that the adapters are in these networks; null: in whatever they are. `onlyThese`: further ones are taken away. */
export const adapterChanges = (
  devices: readonly AnyVirtualDevice[],
  { networks, onlyThese }: { readonly networks: readonly NetworkPlace[] | null; readonly onlyThese: boolean },
): readonly VirtualDeviceConfigSpec[] => {
  if (networks === null) return []
  const adapters = adaptersIn(devices)
  const wanted = networks.flatMap((network, index) => {
    const adapter = adapters[index]
    if (adapter === undefined) return [added(newAdapter(network, -400 - index))]
    if (networkOf(adapter.backing) === adapterKey(network)) return []
    return [edited({ ...adapter, backing: backingOf(network) })]
  })
  const surplus = onlyThese ? adapters.slice(networks.length).map((device) => ({ operation: 'remove' as const, device })) : []
  return [...wanted, ...surplus]
}

const newAdapter = (network: NetworkPlace, key: number): AnyVirtualDevice => ({
  $type: 'VirtualVmxnet3',
  key,
  backing: backingOf(network),
  connectable: connected,
  addressType: 'generated',
  wakeOnLanEnabled: true,
})
