import type { AnyVirtualDevice, AnyVirtualDeviceBackingInfo, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { NetworkPlace } from '../places/places.ts'
import type { VmDisk } from './vm-type.ts'

/** A machine's hardware as it is wanted, beyond CPUs and memory; null: whatever there is. */
export interface WantedDevices {
  readonly networks: readonly NetworkPlace[] | null
  /** Adapters beyond `networks` are taken away. */
  readonly onlyThese: boolean
  /** File of the image in the first CD-ROM, `[datastore] path`. */
  readonly iso: string | null
  readonly disks: readonly VmDisk[]
}

/** What has to be done to have them. */
export interface DeviceChanges {
  readonly changes: readonly VirtualDeviceConfigSpec[]
  /** By the disk's name, its unit on the first SCSI controller. */
  readonly disks: Readonly<Record<string, number>>
}

type Scsi = Types['VirtualSCSIController']

/** `units`: where the disks of the wanted names stand already, by what is remembered of them. */
export const deviceChanges = (
  devices: readonly AnyVirtualDevice[],
  wanted: WantedDevices,
  units: Readonly<Record<string, number>>,
): DeviceChanges => {
  const scsi = devices.find((each): each is Scsi & AnyVirtualDevice => isA(each, 'VirtualSCSIController'))
  const disks = diskChanges(devices, wanted.disks, { units, controllerKey: scsi?.key ?? newScsi.key })
  const needsScsi = scsi === undefined && (wanted.disks.length > 0 || devices.length === 0)
  return {
    changes: [
      ...(needsScsi ? [added(newScsi)] : []),
      ...cdromChanges(devices, wanted.iso),
      ...disks.changes,
      ...adapterChanges(devices, wanted),
    ],
    disks: disks.units,
  }
}

// Negative keys are replaced by the server, in all places of one request.
const newScsi = { $type: 'ParaVirtualSCSIController', key: -100, busNumber: 0, sharedBus: 'noSharing' } as const
const newIde = { $type: 'VirtualIDEController', key: -200, busNumber: 0 } as const

const added = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'add', device })
const edited = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'edit', device })

const connected = { startConnected: true, allowGuestControl: true, connected: true } as const

/** The file in the first CD-ROM; null where there is none. */
export const isoIn = (devices: readonly AnyVirtualDevice[]): string | null => {
  const backing = cdromOf(devices)?.backing
  return isA(backing, 'VirtualCdromIsoBackingInfo') && backing.fileName !== '' ? backing.fileName : null
}

const cdromOf = (devices: readonly AnyVirtualDevice[]) =>
  devices.filter((each) => isA(each, 'VirtualCdrom')).toSorted((a, b) => a.key - b.key)[0]

const cdromChanges = (devices: readonly AnyVirtualDevice[], iso: string | null): readonly VirtualDeviceConfigSpec[] => {
  if (iso === null || isoIn(devices) === iso) return []
  const backing = { $type: 'VirtualCdromIsoBackingInfo', fileName: iso } as const
  const cdrom = cdromOf(devices)
  if (cdrom !== undefined) return [edited({ ...cdrom, backing, connectable: connected } as AnyVirtualDevice)]
  const controllers = devices.filter((each) => isA(each, 'VirtualIDEController')).toSorted((a, b) => a.key - b.key)
  const free = controllers.flatMap(({ key }) => {
    const used = devices.filter(({ controllerKey }) => controllerKey === key).map(({ unitNumber }) => unitNumber)
    return [0, 1].filter((unit) => !used.includes(unit)).map((unitNumber) => ({ controllerKey: key, unitNumber }))
  })[0]
  const place = free ?? { controllerKey: newIde.key, unitNumber: 0 }
  const device = { $type: 'VirtualCdrom', key: -210, backing, connectable: connected, ...place } as const
  return [...(free === undefined ? [added(newIde)] : []), added(device)]
}

/** The managed disks of a machine, by name in bytes. */
export const disksIn = (devices: readonly AnyVirtualDevice[], units: Readonly<Record<string, number>>): ReadonlyMap<string, number> => {
  const scsi = devices.find((each) => isA(each, 'VirtualSCSIController'))
  return new Map(
    Object.entries(units).flatMap(([name, unit]) => {
      const disk = scsi === undefined ? undefined : diskAt(devices, scsi.key, unit)
      return disk === undefined ? [] : [[name, Number(disk.capacityInKB) * 1024] as const]
    }),
  )
}

const diskAt = (devices: readonly AnyVirtualDevice[], controllerKey: number, unit: number) =>
  devices.find(
    (each): each is Types['VirtualDisk'] => isA(each, 'VirtualDisk') && each.controllerKey === controllerKey && each.unitNumber === unit,
  )

// The controller itself is unit 7.
const allUnits = Array.from({ length: 16 }, (_, unit) => unit).filter((unit) => unit !== 7)

const diskChanges = (
  devices: readonly AnyVirtualDevice[],
  disks: readonly VmDisk[],
  { units, controllerKey }: { readonly units: Readonly<Record<string, number>>; readonly controllerKey: number },
): { readonly changes: readonly VirtualDeviceConfigSpec[]; readonly units: Readonly<Record<string, number>> } => {
  const taken = new Set(devices.filter((each) => each.controllerKey === controllerKey).map(({ unitNumber }) => unitNumber))
  const placed: Record<string, number> = {}
  const changes = disks.flatMap((disk, index) => {
    const known = units[disk.name]
    const standing = known === undefined ? undefined : diskAt(devices, controllerKey, known)
    if (known !== undefined && standing !== undefined) {
      placed[disk.name] = known
      return Number(standing.capacityInKB) * 1024 < disk.size ? [edited(grown(standing, disk))] : []
    }
    const unit = allUnits.find((each) => !taken.has(each)) ?? 15
    taken.add(unit)
    placed[disk.name] = unit
    return [{ ...added(newDisk(disk, { key: -300 - index, controllerKey, unitNumber: unit })), fileOperation: 'create' as const }]
  })
  return { changes, units: placed }
}

const grown = (disk: Types['VirtualDisk'], { size }: VmDisk): AnyVirtualDevice =>
  ({ ...disk, capacityInKB: Math.ceil(size / 1024), capacityInBytes: size }) as AnyVirtualDevice

const newDisk = (
  { size, thick }: VmDisk,
  place: { readonly key: number; readonly controllerKey: number; readonly unitNumber: number },
): AnyVirtualDevice => ({
  $type: 'VirtualDisk',
  backing: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '', diskMode: 'persistent', thinProvisioned: thick !== true },
  capacityInKB: Math.ceil(size / 1024),
  ...place,
})

/** The network of each adapter, in their order: the reference's value of a port group, or the name of a network of a host. */
export const networksIn = (devices: readonly AnyVirtualDevice[]): readonly string[] =>
  adaptersIn(devices).map(({ backing }) => networkOf(backing))

const adaptersIn = (devices: readonly AnyVirtualDevice[]) =>
  devices
    .filter((each): each is AnyVirtualDevice & Types['VirtualEthernetCard'] => isA(each, 'VirtualEthernetCard'))
    .toSorted((a, b) => a.key - b.key)

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

const adapterChanges = (
  devices: readonly AnyVirtualDevice[],
  { networks, onlyThese }: WantedDevices,
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
