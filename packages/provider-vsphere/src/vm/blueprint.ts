import type { AnyVirtualDevice, VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Given, MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import type { Places } from '../places/places.ts'
import { dataFile } from './data-image.ts'
import { adapterKey } from './devices/adapters.ts'
import { deviceChanges } from './devices/devices.ts'
import type { WantedDisk } from './devices/disks.ts'
import { bootSettings } from './boot-settings.ts'
import { notesOf } from './notes.ts'
import type { VmInputs } from './vm-type.ts'

/** How one machine is to be. */
export interface Blueprint {
  readonly target: Target
  readonly desired: VmInputs
  readonly places: Places
  /** Its folder, in the words of the configuration and as a reference. */
  readonly folder: Given
  /** The files of its kept disks, by the disk's name. */
  readonly kept: ReadonlyMap<string, string>
}

/** What the specification of a machine says, new or changed; `devices` and `before` are what stands, or a template's. */
export const configOf = (
  { target, desired, places, folder, kept }: Blueprint,
  { devices, before }: { readonly devices: readonly AnyVirtualDevice[]; readonly before: MadeState | null },
): VirtualMachineConfigSpec => {
  const data = dataFile(desired, { target, places }) ?? before?.data ?? null
  const wanted = { ...wantedDevices(desired, places, kept), data: data === null ? null : data[1] }
  const { changes, disks } = deviceChanges(devices, wanted, before?.disks ?? {})
  const state: MadeState = {
    power: desired.powerOn ? 'on' : 'off',
    folder,
    networks: places.networks.map((network, index): Given => [textOf(desired, places, index), adapterKey(network)]),
    onlyNetwork: places.networks.length === 1 ? (places.networks[0]?.ref.value ?? null) : null,
    iso: wanted.iso === null ? null : [desired.iso ?? '', wanted.iso],
    data,
    disks,
    keys: Object.keys(desired.extraConfig ?? {}),
    tags: desired.tags ?? {},
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
      ...bootSettings(desired, target),
      ...desired.extraConfig,
      ...ownerSettings(target.mark, state),
    }),
  }
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
  iso: desired.iso === undefined ? null : isoFile(desired.iso, places),
  disks: [
    ...(desired.disks ?? []).map((disk) => ({ ...disk, file: disk.retain === true ? fileOf(disk.name, kept) : null })),
    ...persistentOf(desired),
  ],
})

const persistentOf = ({ persistentSize }: VmInputs): readonly WantedDisk[] =>
  persistentSize === undefined || persistentSize === 0 ? [] : [{ name: 'persistent', size: persistentSize, file: null, persistent: true }]

const fileOf = (name: string, kept: ReadonlyMap<string, string>): string => {
  const file = kept.get(name)
  // An empty one in its place would look like the loss of what was kept.
  if (file === undefined) throw new ProviderError('conflict', `The kept disk ${name} is not in the folder of disks. Plan again.`)
  return file
}

/** `[datastore] path` of an image; a path without one is in the machine's own datastore. */
export const isoFile = (iso: string, { datastore }: Pick<Places, 'datastore'>): string => {
  const [, store = datastore.name, path = ''] = /^\s*(?:\[([^\]]+)\])?\s*(.*)$/s.exec(iso) ?? []
  if (path === '') throw new ProviderError('invalid', 'The image has no path: write iso as "[datastore] folder/file.iso".')
  return `[${store}] ${path}`
}

const textOf = ({ network, networks }: VmInputs, places: Places, index: number): string =>
  [network, ...(networks ?? [])][index] ?? places.networks[index]?.name ?? ''
