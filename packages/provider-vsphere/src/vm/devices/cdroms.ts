import type { Types } from '@forgeplan/vsphere-soap'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import { added, bySlot, connected, edited } from './change.ts'

/** The images in a machine's CD-ROMs, `[datastore] path`: what people put into it, and forge's own data image. */
export interface Images {
  readonly iso: string | null
  readonly data: string | null
}

// Negative keys are replaced by the server, in all places of one request.
const newIde = { $type: 'VirtualIDEController', key: -200, busNumber: 0 } as const

/** The image in the first CD-ROM that does not hold the data image; null where there is none. */
export const isoIn = (devices: readonly AnyVirtualDevice[], data: string | null): string | null => {
  const cdrom = cdromsIn(devices).find((each) => fileOf(each) === null || fileOf(each) !== data)
  return cdrom === undefined ? null : fileOf(cdrom)
}

const cdromsIn = (devices: readonly AnyVirtualDevice[]) =>
  devices.filter((each): each is AnyVirtualDevice & Types['VirtualCdrom'] => isA(each, 'VirtualCdrom')).toSorted(bySlot)

/** The files that a machine's CD-ROMs name, connected or not: `[datastore] path`, and the datastore where the server says it. */
export const isosIn = (
  devices: readonly AnyVirtualDevice[],
): readonly Pick<Types['VirtualCdromIsoBackingInfo'], 'fileName' | 'datastore'>[] =>
  cdromsIn(devices).flatMap(({ backing }) => (isA(backing, 'VirtualCdromIsoBackingInfo') ? [backing] : []))

const fileOf = ({ backing }: AnyVirtualDevice): string | null =>
  isA(backing, 'VirtualCdromIsoBackingInfo') && backing.fileName !== '' ? backing.fileName : null

/** What has to be done so that the images are in their CD-ROMs; those of a template that are empty or hold something else are used. */
export const cdromChanges = (devices: readonly AnyVirtualDevice[], { iso, data }: Images): readonly VirtualDeviceConfigSpec[] => {
  const cdroms = cdromsIn(devices)
  const holding = data === null ? undefined : cdroms.find((each) => fileOf(each) === data)
  const others = cdroms.filter((each) => each !== holding)
  const [forIso, forData] = iso === null ? [undefined, others[0]] : [others[0], others[1]]
  const inserts: readonly Insert[] = [
    ...(iso === null ? [] : [{ fileName: iso, cdrom: forIso, key: -210 }]),
    ...(data === null || holding !== undefined ? [] : [{ fileName: data, cdrom: forData, key: -211 }]),
  ]
  const missing = inserts.filter(({ cdrom }) => cdrom === undefined)
  const slots = slotsFor(devices, missing.length)
  return [
    ...(slots.some(({ controllerKey }) => controllerKey === newIde.key) ? [added(newIde)] : []),
    ...inserts.flatMap((insert) => changeOf(insert, slots[missing.indexOf(insert)])),
  ]
}

/** An image that is to be in a CD-ROM; `key` is of the one that is made where there is none. */
interface Insert {
  readonly fileName: string
  readonly cdrom: (AnyVirtualDevice & Types['VirtualCdrom']) | undefined
  readonly key: number
}

interface Slot {
  readonly controllerKey: number
  readonly unitNumber: number
}

// Free ones first; beyond them those of a controller that is made.
const slotsFor = (devices: readonly AnyVirtualDevice[], count: number): readonly Slot[] => {
  const controllers = devices.filter((each) => isA(each, 'VirtualIDEController')).toSorted((a, b) => a.key - b.key)
  const free = controllers.flatMap(({ key }) => {
    const used = devices.filter(({ controllerKey }) => controllerKey === key).map(({ unitNumber }) => unitNumber)
    return [0, 1].filter((unit) => !used.includes(unit)).map((unitNumber) => ({ controllerKey: key, unitNumber }))
  })
  return [...free, ...[0, 1].map((unitNumber) => ({ controllerKey: newIde.key, unitNumber }))].slice(0, count)
}

const changeOf = ({ fileName, cdrom, key }: Insert, slot: Slot | undefined): readonly VirtualDeviceConfigSpec[] => {
  const backing = { $type: 'VirtualCdromIsoBackingInfo', fileName } as const
  if (cdrom === undefined) return [added({ $type: 'VirtualCdrom', key, backing, connectable: connected, ...slot })]
  return fileOf(cdrom) === fileName ? [] : [edited({ ...cdrom, backing, connectable: connected } as AnyVirtualDevice)]
}
