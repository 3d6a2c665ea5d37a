import { ProviderError } from '@forgeplan/sdk'
import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { DiskMade } from '../../owner.ts'
import type { VmDisk, VmInputs } from '../vm-type.ts'
import { added, edited } from './change.ts'

/** The name of the disk of `persistentSize`. */
export const persistentDisk = 'persistent'

/** Whether a disk that is listed has the name of that of `persistentSize`, so that it could not be told which is which. */
export const hasTwoPersistent = ({ persistentSize = 0, disks = [] }: Pick<VmInputs, 'persistentSize' | 'disks'>): boolean =>
  persistentSize > 0 && disks.some(({ name }) => name === persistentDisk)

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

interface Bus {
  readonly made: DisksMade
  readonly controllerKey: number
}

/** What has to be done so that the disks are there and large enough, and where each is then. @throws ProviderError where there is no room. */
export const diskChanges = (
  devices: readonly AnyVirtualDevice[],
  disks: readonly WantedDisk[],
  { made, controllerKey }: Bus,
): { readonly changes: readonly VirtualDeviceConfigSpec[]; readonly made: DisksMade } => {
  const standing = new Map(
    disks.flatMap(({ name }) => {
      const unit = made[name]?.unit
      const device = unit === undefined ? undefined : diskAt(devices, controllerKey, unit)
      return unit === undefined || device === undefined ? [] : [[name, { unit, device }] as const]
    }),
  )
  const units = newUnits(
    devices,
    disks.filter(({ name }) => !standing.has(name)),
    controllerKey,
  )
  const changes = disks.flatMap((disk, index) => {
    const there = standing.get(disk.name)
    if (there === undefined) return [plugged(disk, { key: -300 - index, controllerKey, unitNumber: units.get(disk.name) ?? 0 })]
    return Number(there.device.capacityInKB) * 1024 < disk.size ? [edited(grown(there.device, disk))] : []
  })
  const places = disks.map((disk) => [disk.name, { unit: standing.get(disk.name)?.unit ?? units.get(disk.name) ?? 0, ...saidOf(disk) }])
  return { changes: [...surplus(devices, disks, { made, controllerKey }), ...changes], made: Object.fromEntries(places) as DisksMade }
}

const newUnits = (
  devices: readonly AnyVirtualDevice[],
  disks: readonly WantedDisk[],
  controllerKey: number,
): ReadonlyMap<string, number> => {
  const taken = new Set(devices.filter((each) => each.controllerKey === controllerKey).map(({ unitNumber }) => unitNumber))
  const free = allUnits.filter((unit) => !taken.has(unit))
  const homeless = disks[free.length]
  if (homeless !== undefined) throw new ProviderError('invalid', `There is no room for the disk ${homeless.name}: a controller takes 15.`)
  return new Map(disks.map(({ name }, index) => [name, free[index] ?? 0]))
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
  { made, controllerKey }: Bus,
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
