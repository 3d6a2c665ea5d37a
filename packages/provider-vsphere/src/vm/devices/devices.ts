import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import { isA } from '@forgeplan/vsphere-soap'
import type { NetworkPlace } from '../../places/places.ts'
import type { VmDisk } from '../vm-type.ts'
import { adapterChanges } from './adapters.ts'
import type { Images } from './cdroms.ts'
import { cdromChanges } from './cdroms.ts'
import { added } from './change.ts'
import { diskChanges } from './disks.ts'

/** A machine's hardware as it is wanted, beyond CPUs and memory. */
export interface WantedDevices extends Images {
  /** Null: whatever networks there are. */
  readonly networks: readonly NetworkPlace[] | null
  /** Adapters beyond `networks` are taken away. */
  readonly onlyThese: boolean
  readonly disks: readonly VmDisk[]
}

/** What has to be done to have them. */
export interface DeviceChanges {
  readonly changes: readonly VirtualDeviceConfigSpec[]
  /** By the disk's name, its unit on the first SCSI controller. */
  readonly disks: Readonly<Record<string, number>>
}

// Negative keys are replaced by the server, in all places of one request.
const newScsi = { $type: 'ParaVirtualSCSIController', key: -100, busNumber: 0, sharedBus: 'noSharing' } as const

/** `units`: where the disks of the wanted names stand already, by what is remembered of them. */
export const deviceChanges = (
  devices: readonly AnyVirtualDevice[],
  wanted: WantedDevices,
  units: Readonly<Record<string, number>>,
): DeviceChanges => {
  const scsi = devices.find((each) => isA(each, 'VirtualSCSIController'))
  const disks = diskChanges(devices, wanted.disks, { units, controllerKey: scsi?.key ?? newScsi.key })
  const needsScsi = scsi === undefined && (wanted.disks.length > 0 || devices.length === 0)
  return {
    changes: [
      ...(needsScsi ? [added(newScsi)] : []),
      ...cdromChanges(devices, wanted),
      ...disks.changes,
      ...adapterChanges(devices, wanted),
    ],
    disks: disks.units,
  }
}
