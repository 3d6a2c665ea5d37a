import type { PlainMap } from '@forgeplan/model'
import { object } from '@forgeplan/model'
import type { Host, Provider, Session } from '@forgeplan/sdk'
import { defineHandler, defineProvider } from '@forgeplan/sdk'
import { resolve } from 'node:path'
import { machineHandler } from './handler.ts'
import type { MachineInputs, MachineOutputs } from './machine-type.ts'
import { machine, machineType } from './machine-type.ts'
import { realmOf } from './realm.ts'
import { stubDriver } from './stub/driver.ts'

const settings = object({
  driver: {
    schema: { kind: 'enum', values: ['stub'] },
    doc: 'How machines run. stub: a supervised process without any hypervisor.',
    default: 'stub',
  },
  root: {
    schema: { kind: 'string', maxLength: 4096 },
    doc: 'Folder with one directory per machine, relative to the configuration. Configurations that name the same one share a world.',
    default: '.forge/machines',
  },
})

const open = async (given: PlainMap, host: Host): Promise<Session> => {
  const root = resolve(host.directory, typeof given['root'] === 'string' ? given['root'] : '.forge/machines')
  const handler = defineHandler<MachineInputs, MachineOutputs>(machineHandler(root, stubDriver))
  return {
    realm: await realmOf(root),
    handlers: new Map([[machineType, handler]]),
    // Machines outlive every session.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Machines that are processes of this host. */
export const hyperkit: Provider = defineProvider({
  name: 'hyperkit',
  doc: 'Machines that are processes of this host, each with a directory of its own.',
  settings,
  types: [machine],
  machine: machineType,
  open,
})
