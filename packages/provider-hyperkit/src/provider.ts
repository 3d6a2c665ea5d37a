import type { ImageInputs, PlainMap } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import type { Host, Provider, Session } from '@forgeplan/sdk'
import { defineHandler, defineProvider } from '@forgeplan/sdk'
import { resolve } from 'node:path'
import { machineHandler } from './handler.ts'
import { imageHandler } from './image/handler.ts'
import type { ImageOutputs } from './image/image-type.ts'
import { image, imageType } from './image/image-type.ts'
import type { MachineInputs, MachineOutputs } from './machine-type.ts'
import { machine, machineType } from './machine-type.ts'
import { realmOf } from './realm.ts'
import { driverOf } from './choose-driver.ts'

const settings = object({
  driver: {
    schema: { kind: 'enum', values: ['stub', 'qemu', 'hyperkit'] },
    doc: 'How machines run. stub: a supervised process without any hypervisor. qemu: a virtual machine. hyperkit: a virtual machine on macOS (untested).',
    default: 'stub',
  },
  root: {
    schema: { kind: 'string', maxLength: 4096 },
    doc: 'Folder with one directory per machine, relative to the configuration. Configurations that name the same one share a world.',
    default: '.forge/machines',
  },
  qemu: {
    schema: { kind: 'string', maxLength: 4096 },
    doc: 'The program of the qemu driver: a name on the PATH, or a path. Default: qemu-system-x86_64.',
  },
  accel: {
    schema: { kind: 'enum', values: ['auto', 'kvm', 'tcg'] },
    doc: 'How qemu executes. auto (default): kvm if a machine really boots with it, else tcg, in software.',
  },
  hyperkit: { schema: { kind: 'string', maxLength: 4096 }, doc: 'The program of the hyperkit driver. Default: hyperkit.' },
  vpnkit: { schema: { kind: 'string', maxLength: 4096 }, doc: "hyperkit: VPNKit's ethernet socket. Without it machines have no network." },
  bootrom: { schema: { kind: 'string', maxLength: 4096 }, doc: 'hyperkit: UEFI firmware, for machines without a kernel.' },
  shutdownTimeout: {
    schema: { kind: 'duration', min: 0, max: 600_000 },
    doc: 'How long a real machine may take to shut down before its plug is pulled. Default: 10s.',
  },
})

const open = async (given: PlainMap, host: Host): Promise<Session> => {
  const root = resolve(host.directory, typeof given['root'] === 'string' ? given['root'] : '.forge/machines')
  const machines = defineHandler<MachineInputs, MachineOutputs>(machineHandler(root, driverOf(given, host.directory)))
  const images = defineHandler<ImageInputs, ImageOutputs>(imageHandler(root, host.directory, host.images))
  return {
    realm: await realmOf(root),
    handlers: new Map([
      [machineType, machines],
      [imageType, images],
    ]),
    // Machines outlive every session.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Machines that are processes of this host. */
export const hyperkit: Provider = defineProvider({
  name: 'hyperkit',
  doc: 'Machines that are processes of this host, each with a directory of its own.',
  settings,
  types: [machine, image],
  machine: machineType,
  image: imageType,
  open,
})
