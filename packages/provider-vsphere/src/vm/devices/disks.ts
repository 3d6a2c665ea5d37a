import { ProviderError } from '@forgeplan/sdk'
import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { DiskMade } from '../../owner.ts'
import type { VmDisk } from '../vm-type.ts'
import { added, edited } from './change.ts'

/** The disks of a machine as they were made, by name. */
export type DisksMade = Readonly<Record<string, DiskMade>>

/** A disk that is wanted; `file` where it is a kept one that lies there already. */
export interface WantedDisk extends VmDisk {
  readonly file: string | null
  readonly persistent?: boolean
}

/** A disk that stands, as the configuration would have it. */
export interface StandingDisk {
  readonly disk: VmDisk
  readonly isPersistent: boolean
}

/** The managed disks of a machine, as the configuration would have them. */
export const disksIn = (devices: readonly AnyVirtualDevice[], made: DisksMade): readonly StandingDisk[] => {
  const scsi = devices.find((each) => isA(each, 'VirtualSCSIController'))
  return Object.entries(made).flatMap(([name, { unit, thick, retain, persistent }]) => {
    const disk = scsi === undefined ? undefined : diskAt(devices, scsi.key, unit)
    if (disk === undefined) return []
    const said = { ...(thick === undefined ? {} : { thick }), ...(retain === undefined ? {} : { retain }) }
    return [{ disk: { name, size: Number(disk.capacityInKB) * 1024, ...said }, isPersistent: persistent === true }]
  })
}

const diskAt = (devices: readonly AnyVirtualDevice[], controllerKey: number, unit: number) =>
  devices.find(
    (each): each is AnyVirtualDevice & Types['VirtualDisk'] =>
      isA(each, 'VirtualDisk') && each.controllerKey === controllerKey && each.unitNumber === unit,
  )

/** Takes a disk out of its machine; its file stays. */
export const unplugged = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'remove', device })

// The controller itself is unit 7.
const allUnits = Array.from({ length: 16 }, (_, unit) => unit).filter((unit) => unit !== 7)

/** What has to be done so that the disks are there and large enough, and where each is then. */
export const diskChanges = (
  devices: readonly AnyVirtualDevice[],
  disks: readonly WantedDisk[],
  { made, controllerKey }: { readonly made: DisksMade; readonly controllerKey: number },
): { readonly changes: readonly VirtualDeviceConfigSpec[]; readonly made: DisksMade } => {
  const taken = new Set(devices.filter((each) => each.controllerKey === controllerKey).map(({ unitNumber }) => unitNumber))
  const places: Record<string, DiskMade> = {}
  const changes = disks.flatMap((disk, index) => {
    const said = saidOf(disk)
    const known = made[disk.name]
    const standing = known === undefined ? undefined : diskAt(devices, controllerKey, known.unit)
    if (known !== undefined && standing !== undefined) {
      places[disk.name] = { unit: known.unit, ...said }
      return Number(standing.capacityInKB) * 1024 < disk.size ? [edited(grown(standing, disk))] : []
    }
    const unit = allUnits.find((each) => !taken.has(each))
    if (unit === undefined) throw new ProviderError('invalid', `There is no room for the disk ${disk.name}: a controller takes 15.`)
    taken.add(unit)
    places[disk.name] = { unit, ...said }
    return [plugged(disk, { key: -300 - index, controllerKey, unitNumber: unit })]
  })
  return { changes: [...surplus(devices, disks, { made, controllerKey }), ...changes], made: places }
}

const saidOf = ({ thick, retain, persistent }: WantedDisk): Omit<DiskMade, 'unit'> => ({
  ...(thick === undefined ? {} : { thick }),
  ...(retain === undefined ? {} : { retain }),
  ...(persistent === undefined ? {} : { persistent }),
})

// A kept disk that the machine shall no longer have is taken out; others go only with the machine.
const surplus = (
  devices: readonly AnyVirtualDevice[],
  disks: readonly WantedDisk[],
  { made, controllerKey }: { readonly made: DisksMade; readonly controllerKey: number },
): readonly VirtualDeviceConfigSpec[] =>
  Object.entries(made).flatMap(([name, { unit, retain }]) => {
    const standing = retain === true && !disks.some((disk) => disk.name === name) ? diskAt(devices, controllerKey, unit) : undefined
    return standing === undefined ? [] : [unplugged(standing)]
  })

const grown = (disk: AnyVirtualDevice & Types['VirtualDisk'], { size }: VmDisk): AnyVirtualDevice =>
  ({ ...disk, capacityInKB: Math.ceil(size / 1024), capacityInBytes: size }) as AnyVirtualDevice

const plugged = (
  { size, thick, file }: WantedDisk,
  place: { readonly key: number; readonly controllerKey: number; readonly unitNumber: number },
): VirtualDeviceConfigSpec => {
  const backing = {
    $type: 'VirtualDiskFlatVer2BackingInfo',
    fileName: file ?? '',
    diskMode: 'persistent',
    thinProvisioned: thick !== true,
  } as const
  const device = { $type: 'VirtualDisk', backing, capacityInKB: Math.ceil(size / 1024), ...place } as const
  return file === null ? { ...added(device), fileOperation: 'create' } : added(device)
}
