import type { PlainMap } from '@forgeplan/model'
import type { Host, Provider, Session } from '@forgeplan/sdk'
import { defineHandler, defineProvider } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import { openClient, realmOf } from './connection.ts'
import { inWords } from './errors.ts'
import { Folders } from './folders.ts'
import { Surroundings } from './places/surroundings.ts'
import type { VsphereSettings } from './settings.ts'
import { settingsSchema } from './settings.ts'
import { vmHandler } from './vm/handler.ts'
import { Inventory } from './vm/inventory.ts'
import { Sources } from './vm/source.ts'
import type { VmInputs, VmOutputs } from './vm/vm-type.ts'
import { vm, vmType } from './vm/vm-type.ts'

const open = async (given: PlainMap, host: Host): Promise<Session> => {
  // The schema has checked them.
  const settings = given as VsphereSettings
  return inWords(async () => {
    const client = await openClient(settings, host.directory, host.signal)
    try {
      return await sessionOf(client, settings, host.signal)
    } catch (error) {
      await client.close().catch(() => undefined)
      throw error
    }
  })
}

const sessionOf = async (client: Client, settings: VsphereSettings, signal: AbortSignal): Promise<Session> => {
  const folders = new Folders(client)
  const surroundings = new Surroundings(client, settings)
  const sources = new Sources(client)
  const handler = defineHandler<VmInputs, VmOutputs>(
    vmHandler({
      client,
      folders,
      settings,
      inventory: new Inventory({ client, folders }),
      template: (ref, ends) => sources.of(ref, ends),
      resolve: (inputs, ends) => surroundings.resolve(inputs, ends),
    }),
  )
  return {
    realm: await realmOf(client, signal),
    handlers: new Map([[vmType, handler]]),
    [Symbol.asyncDispose]: () => inWords(() => client.close()),
  }
}

/** Virtual machines of a vCenter or a standalone ESXi host. */
export const vsphere: Provider = defineProvider({
  name: 'vsphere',
  doc: 'Virtual machines of a vCenter or a standalone ESXi host.',
  settings: settingsSchema,
  types: [vm],
  machine: vmType,
  open,
})
