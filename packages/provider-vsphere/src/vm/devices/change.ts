import type { AnyVirtualDevice, VirtualDeviceConfigSpec } from '@forgeplan/vsphere-soap/types'

export const added = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'add', device })
export const edited = (device: AnyVirtualDevice): VirtualDeviceConfigSpec => ({ operation: 'edit', device })

/** A device that is plugged in, now and when the machine starts. */
export const connected = { startConnected: true, allowGuestControl: true, connected: true } as const
