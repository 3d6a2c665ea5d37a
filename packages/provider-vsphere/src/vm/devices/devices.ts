import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'
import { isA } from '@forgeplan/vsphere-soap'
import type { NetworkPlace } from '../../places/places.ts'
import { adapterChanges } from './adapters.ts'
import type { Images } from './cdroms.ts'
import { cdromChanges } from './cdroms.ts'
import { added } from './change.ts'
import type { DisksMade, WantedDisk } from './disks.ts'
import { diskChanges } from './disks.ts'

/** A machine's hardware as it is wanted, beyond CPUs and memory. */
export interface WantedDevices extends Images {
  /** Null: whatever networks there are. */
  readonly networks: readonly NetworkPlace[] | null
  /** Adapters beyond `networks` are taken away. */
  readonly onlyThese: boolean
  readonly disks: readonly WantedDisk[]
}

/** What has to be done to have them. */
export interface DeviceChanges {
  readonly changes: readonly VirtualDeviceConfigSpec[]
  /** Where each disk is then. */
  readonly disks: DisksMade
}

// Negative keys are replaced by the server, in all places of one request.
const newScsi = { $type: 'ParaVirtualSCSIController', key: -100, busNumber: 0, sharedBus: 'noSharing' } as const

/** `made`: where the disks stand already, by what is remembered of them. */
export const deviceChanges = (devices: readonly AnyVirtualDevice[], wanted: WantedDevices, made: DisksMade): DeviceChanges => {
  const scsi = devices.find((each) => isA(each, 'VirtualSCSIController'))
  const disks = diskChanges(devices, wanted.disks, { made, controllerKey: scsi?.key ?? newScsi.key })
  const needsScsi = scsi === undefined && (wanted.disks.length > 0 || devices.length === 0)
  return {
    changes: [
      ...(needsScsi ? [added(newScsi)] : []),
      ...cdromChanges(devices, wanted),
      ...disks.changes,
      ...adapterChanges(devices, wanted),
    ],
    disks: disks.made,
  }
}
