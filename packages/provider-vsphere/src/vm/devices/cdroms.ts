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

const fileOf = ({ backing }: AnyVirtualDevice): string | null =>
  isA(backing, 'VirtualCdromIsoBackingInfo') && backing.fileName !== '' ? backing.fileName : null

/** What has to be done so that the images are in their CD-ROMs; those of a template that are empty or hold something else are used. */
export const cdromChanges = (devices: readonly AnyVirtualDevice[], { iso, data }: Images): readonly VirtualDeviceConfigSpec[] => {
  const slots = freeSlots(devices)
  const cdroms = cdromsIn(devices)
  const holding = data === null ? undefined : cdroms.find((each) => fileOf(each) === data)
  const others = cdroms.filter((each) => each !== holding)
  const [forIso, forData] = iso === null ? [undefined, others[0]] : [others[0], others[1]]
  const changes = [
    ...(iso === null ? [] : insert(iso, { cdrom: forIso, key: -210, slots })),
    ...(data === null || holding !== undefined ? [] : insert(data, { cdrom: forData, key: -211, slots })),
  ]
  return slots.usesNew ? [added(newIde), ...changes] : changes
}

interface Slots {
  readonly free: { readonly controllerKey: number; readonly unitNumber: number }[]
  usesNew: boolean
}

const freeSlots = (devices: readonly AnyVirtualDevice[]): Slots => {
  const controllers = devices.filter((each) => isA(each, 'VirtualIDEController')).toSorted((a, b) => a.key - b.key)
  const free = controllers.flatMap(({ key }) => {
    const used = devices.filter(({ controllerKey }) => controllerKey === key).map(({ unitNumber }) => unitNumber)
    return [0, 1].filter((unit) => !used.includes(unit)).map((unitNumber) => ({ controllerKey: key, unitNumber }))
  })
  return { free, usesNew: false }
}

const insert = (
  fileName: string,
  { cdrom, key, slots }: { readonly cdrom: AnyVirtualDevice | undefined; readonly key: number; readonly slots: Slots },
): readonly VirtualDeviceConfigSpec[] => {
  const backing = { $type: 'VirtualCdromIsoBackingInfo', fileName } as const
  if (cdrom !== undefined)
    return fileOf(cdrom) === fileName ? [] : [edited({ ...cdrom, backing, connectable: connected } as AnyVirtualDevice)]
  const slot = slots.free.shift()
  if (slot === undefined) slots.usesNew = true
  const place = slot ?? { controllerKey: newIde.key, unitNumber: key === -210 ? 0 : 1 }
  return [added({ $type: 'VirtualCdrom', key, backing, connectable: connected, ...place })]
}
