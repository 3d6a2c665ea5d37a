import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { isA } from '@forgeplan/vsphere-soap'
import type { AnyVirtualDevice } from '@forgeplan/vsphere-soap/types'
import type { MadeState } from '../owner.ts'
import { ownerSettings } from '../owner.ts'
import { settingsOf } from './blueprint.ts'
import { readDetails } from './details.ts'
import { unplugged } from './devices/disks.ts'
import type { Machine } from './machine.ts'
import type { Work } from './workshop.ts'
import { finish, ownMachine } from './workshop.ts'

/** Takes a kept disk out of its machine. One that is not in it is as wanted. @throws ProviderError; VsphereError. */
export const detach = async (work: Work, part: Target): Promise<void> => {
  const sight = await ownMachine(work)
  if (sight === null) return
  await unplug(work, sight.machine, (file) => Promise.resolve(file.endsWith(`/${part.uid}.vmdk`)))
}

/** Takes every kept disk out of a machine that goes: whatever is in it then is deleted with it. */
export const detachAll = async (work: Work, machine: Machine): Promise<void> => {
  const { shop, call } = work
  const made = Object.values(machine.state?.disks ?? {}).filter(({ retain }) => retain === true)
  // Without a folder of disks, and without one that is remembered, there is nothing to look for.
  if (made.length === 0 && shop.settings.diskFolder === undefined) return
  const units = new Set(made.map(({ unit }) => unit))
  await unplug(work, machine, async (file, unit) => units.has(unit) || shop.isKept(file, call.signal))
}

type Question = (file: string, unit: number) => Promise<boolean>

const unplug = async (work: Work, machine: Machine, isMeant: Question): Promise<void> => {
  const { shop, target, call } = work
  const devices = (await readDetails(shop.client, [machine.ref], { signal: call.signal })).get(machine.ref.value)?.devices ?? []
  const scsi = devices.find((each) => isA(each, 'VirtualSCSIController'))
  const meant: AnyVirtualDevice[] = []
  for (const device of devices) {
    const unit = device.controllerKey === scsi?.key ? (device.unitNumber ?? -1) : -1
    if (isA(device, 'VirtualDisk') && (await isAny(filesOf(device), (file) => isMeant(file, unit)))) meant.push(device)
  }
  if (meant.length === 0) return
  await refuseSnapshots(work, machine)
  call.signal.throwIfAborted()
  const spec = { deviceChange: meant.map(unplugged), extraConfig: settingsOf(ownerSettings(target.mark, without(machine.state, meant))) }
  await finish(work, await shop.client.call('ReconfigVM_Task', machine.ref, { spec }, { signal: call.signal }), 'Taking out disks.')
}

// A disk with snapshots is a chain of files, of which the last stands in the machine.
const filesOf = ({ backing }: AnyVirtualDevice): readonly string[] => {
  const files: string[] = []
  for (
    let at: unknown = backing;
    isA(at, 'VirtualDeviceFileBackingInfo');
    at = isA(at, 'VirtualDiskFlatVer2BackingInfo') ? at.parent : null
  )
    files.push(at.fileName)
  return files
}

const isAny = async (files: readonly string[], is: (file: string) => Promise<boolean>): Promise<boolean> => {
  for (const file of files) if (await is(file)) return true
  return false
}

// Without its snapshots a disk would be what it was when they were taken, and what they hold goes with the machine.
const refuseSnapshots = async ({ shop, call }: Work, { ref, name }: Machine): Promise<void> => {
  const seen = await shop.client.look(ref, ['snapshot'], { signal: call.signal })
  if (seen?.properties.get('snapshot') === undefined) return
  throw new ProviderError('conflict', `${name} has snapshots, and a disk in it shall be kept. Remove its snapshots first.`)
}

const without = (state: MadeState | null, devices: readonly AnyVirtualDevice[]): MadeState | null => {
  if (state === null) return null
  const units = new Set(devices.map(({ unitNumber }) => unitNumber))
  return { ...state, disks: Object.fromEntries(Object.entries(state.disks).filter(([, { unit }]) => !units.has(unit))) }
}
