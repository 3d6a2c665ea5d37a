import type { AnyVirtualDevice, VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import { unitOf } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Given, MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import type { Places } from '../places/places.ts'
import { adapterKey, deviceChanges } from './devices.ts'
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
}

/** What it is called where nothing is said: `<stack>-<group>-<member>`. */
export const nameOf = ({ name }: VmInputs, { mark, address }: Target): string =>
  name ?? [mark.stack, address.slice(address.indexOf('.') + 1)].join('-').replaceAll('/', '-')

/** Where it is in the inventory, below the datacenter's folder of machines, where nothing is said: its group's folder. */
export const folderOf = ({ folder }: VmInputs, { address }: Target): string => {
  if (folder !== undefined) return folder
  const unit = unitOf(address)
  return unit.startsWith('group.') ? unit.slice('group.'.length) : '/'
}

/** The names on the way of a folder's path. */
export const folderNames = (path: string): readonly string[] => path.split('/').filter((name) => name !== '')

/** What the specification of a machine says, new or changed; `devices` and `before` are what stands, or a template's. */
export const configOf = (
  { target, desired, places, folder }: Blueprint,
  { devices, before }: { readonly devices: readonly AnyVirtualDevice[]; readonly before: MadeState | null },
): VirtualMachineConfigSpec => {
  const wanted = wantedDevices(desired, places)
  const { changes, disks } = deviceChanges(devices, wanted, before?.disks ?? {})
  const state: MadeState = {
    power: desired.powerOn ? 'on' : 'off',
    folder,
    networks: places.networks.map((network, index): Given => [textOf(desired, places, index), adapterKey(network)]),
    iso: wanted.iso === null ? null : [desired.iso ?? '', wanted.iso],
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
    extraConfig: settingsOf({ ...released(before, state), ...ownSettings(desired), ...ownerSettings(target.mark, state) }),
  }
}

/** Advanced settings as they are sent. */
export const settingsOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).map(([key, value]) => ({ $type: 'OptionValue' as const, key, value }))

const ownSettings = (desired: VmInputs): Readonly<Record<string, string>> => ({ ...bootSettings(desired), ...desired.extraConfig })

// A key that the configuration no longer names is taken off.
const released = (before: MadeState | null, { keys }: MadeState): Readonly<Record<string, string>> =>
  Object.fromEntries((before?.keys ?? []).filter((key) => !keys.includes(key)).map((key) => [key, '']))

const wantedDevices = (desired: VmInputs, places: Places) => ({
  networks: places.networks.length === 0 ? null : places.networks,
  onlyThese: desired.networks !== undefined,
  iso: desired.iso === undefined ? null : isoFile(desired.iso, places),
  disks: desired.disks ?? [],
})

/** `[datastore] path` of an image; a path without one is in the machine's own datastore. */
export const isoFile = (iso: string, { datastore }: Pick<Places, 'datastore'>): string => {
  const [, store = datastore.name, path = ''] = /^\s*(?:\[([^\]]+)\])?\s*(.*)$/s.exec(iso) ?? []
  if (path === '') throw new ProviderError('invalid', 'The image has no path: write iso as "[datastore] folder/file.iso".')
  return `[${store}] ${path}`
}

const textOf = ({ network, networks }: VmInputs, places: Places, index: number): string =>
  [network, ...(networks ?? [])][index] ?? places.networks[index]?.name ?? ''
