import type { Ref } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice, VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Given, MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import type { Remembered } from '../labels/remembered.ts'
import { isAnything } from '../labels/remembered.ts'
import { parseIso } from '../places/iso-path.ts'
import type { Places } from '../places/places.ts'
import { dataFile } from './data-image.ts'
import { adapterKey } from './devices/adapters.ts'
import { deviceChanges } from './devices/devices.ts'
import type { WantedDisk } from './devices/disks.ts'
import { hasTwoPersistent, persistentDisk } from './devices/disks.ts'
import { bootSettings } from './boot-settings.ts'
import { notesOf } from './notes.ts'
import { settingProblems } from './setting-problems.ts'
import type { VmInputs } from './vm-type.ts'

/** How one machine is to be. */
export interface Blueprint {
  readonly target: Target
  readonly desired: VmInputs
  /** The same as its guest is told. */
  readonly told: VmInputs
  readonly places: Places
  /** Its folder, in the words of the configuration and as a reference. */
  readonly folder: Given
  /** The files of its kept disks, by the disk's name. */
  readonly kept: ReadonlyMap<string, string>
  readonly labels: Remembered
}

/** What stands: a machine's devices, memory and folder, or the devices of a template. */
export interface Before {
  readonly devices: readonly AnyVirtualDevice[]
  readonly before: MadeState | null
  /** Null where it need not be moved. */
  readonly from: Ref | null
}

/** What the specification of a machine says, new or changed. */
export const configOf = (
  { target, desired, told, places, folder, kept, labels }: Blueprint,
  { devices, before, from }: Before,
): VirtualMachineConfigSpec => {
  checkFields(desired)
  // What is read at the first boot only is not given to a machine that has had it: one that was taken in would run it.
  const data = before === null ? dataFile(told, { target, places }) : before.data
  const networks = before === null || namesNetworks(desired) ? places.networks : null
  const iso = desired.iso === undefined ? null : desired.iso === before?.iso?.[0] ? before.iso[1] : isoFile(desired.iso, places)
  const wanted = {
    ...wantedDevices(desired, { ...places, networks: networks ?? [] }, kept),
    iso,
    data: data === null ? null : data[1],
  }
  const { changes, disks } = deviceChanges(devices, wanted, before?.disks ?? {})
  const state: MadeState = {
    power: desired.powerOn ? 'on' : 'off',
    folder,
    leaving: from === null || from.value === folder[1] ? null : from.value,
    networks: networks?.map((network, index): Given => [textOf(desired, places, index), adapterKey(network)]) ?? before?.networks ?? [],
    onlyNetwork: networks === null ? (before?.onlyNetwork ?? null) : networks.length === 1 ? (networks[0]?.ref.value ?? null) : null,
    iso: wanted.iso === null ? null : [desired.iso ?? '', wanted.iso],
    data,
    disks,
    keys: Object.keys(desired.extraConfig ?? {}),
    tags: desired.tags ?? {},
    ...(isAnything(labels) ? { labels } : {}),
  }
  return {
    annotation: notesOf(target.mark, desired.notes ?? ''),
    numCPUs: desired.cpus,
    memoryMB: Math.round(desired.memory / 2 ** 20),
    ...(desired.hotAdd === undefined ? {} : { memoryHotAddEnabled: desired.hotAdd, cpuHotAddEnabled: desired.hotAdd }),
    ...(desired.guestId === undefined ? {} : { guestId: desired.guestId }),
    ...(desired.firmware === undefined ? {} : { firmware: desired.firmware }),
    deviceChange: changes,
    extraConfig: settingsOf({
      ...released(before, state),
      ...(before === null ? bootSettings(told, target) : {}),
      ...desired.extraConfig,
      ...ownerSettings(target.mark, state),
    }),
  }
}

const checkFields = (desired: VmInputs): void => {
  const problems = [...settingProblems(desired), ...(hasTwoPersistent(desired) ? [`Two disks are named ${persistentDisk}.`] : [])]
  if (problems.length > 0) throw new ProviderError('invalid', problems.join(' '))
}

/** Advanced settings as they are sent. */
export const settingsOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).map(([key, value]) => ({ $type: 'OptionValue' as const, key, value }))

// A key that the configuration no longer names is taken off.
const released = (before: MadeState | null, { keys }: MadeState): Readonly<Record<string, string>> =>
  Object.fromEntries((before?.keys ?? []).filter((key) => !keys.includes(key)).map((key) => [key, '']))

const wantedDevices = (desired: VmInputs, places: Places, kept: ReadonlyMap<string, string>) => ({
  networks: places.networks.length === 0 ? null : places.networks,
  onlyThese: desired.networks !== undefined,
  disks: [
    ...(desired.disks ?? []).map((disk) => ({ ...disk, file: disk.retain === true ? fileOf(disk.name, kept) : null })),
    ...persistentOf(desired),
  ],
})

// The provider's network is for new machines; one that stands is where it is.
const namesNetworks = ({ network, networks }: VmInputs): boolean => network !== undefined || networks !== undefined

const persistentOf = ({ persistentSize }: VmInputs): readonly WantedDisk[] =>
  persistentSize === undefined || persistentSize === 0 ? [] : [{ name: persistentDisk, size: persistentSize, file: null, persistent: true }]

const fileOf = (name: string, kept: ReadonlyMap<string, string>): string => {
  const file = kept.get(name)
  // An empty one in its place would look like the loss of what was kept.
  if (file === undefined) throw new ProviderError('conflict', `The kept disk ${name} is not in the folder of disks. Plan again.`)
  return file
}

/** `[datastore] path` of an image; a path without one is in the machine's own datastore. */
export const isoFile = (iso: string, { datastore }: Pick<Places, 'datastore'>): string => {
  const path = parseIso(iso)
  if (path === null) throw new ProviderError('invalid', 'The image has no path: write iso as "[datastore] folder/file.iso".')
  return `[${path.datastore ?? datastore.name}] ${path.folder === '' ? '' : `${path.folder}/`}${path.file}`
}

const textOf = ({ network, networks }: VmInputs, places: Places, index: number): string =>
  [network, ...(networks ?? [])][index] ?? places.networks[index]?.name ?? ''
