import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { VmDisk } from '../vm-type.ts'
import { added, edited } from './change.ts'

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

/** What has to be done so that the disks are there and large enough, and where each is then. */
export const diskChanges = (
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
