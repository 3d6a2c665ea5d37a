import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'

/** A device that the machine is to have besides. */
export const added = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'add', device })
/** A device as it is to be. */
export const edited = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'edit', device })

/** A device that is plugged in, now and when the machine starts. */
export const connected = { startConnected: true, allowGuestControl: true, connected: true } as const

/** The order in which a machine has devices of a kind: by controller and unit. Keys of new ones are the server's affair. */
export const bySlot = (a: AnyVirtualDevice, b: AnyVirtualDevice): number =>
  (a.controllerKey ?? 0) - (b.controllerKey ?? 0) || (a.unitNumber ?? 0) - (b.unitNumber ?? 0) || a.key - b.key
