import type { PlainMap } from '@forgeplan/model'
import type { Host, ImageFiles, Provider, Session } from '@forgeplan/sdk'
import { defineHandler, defineProvider } from '@forgeplan/sdk'
import type { Client } from '@forgeplan/vsphere-soap'
import type { DiskInputs, DiskOutputs } from './disk/disk-type.ts'
import { disk, diskType } from './disk/disk-type.ts'
import { diskHandler } from './disk/handler.ts'
import { KeptDisks } from './disk/kept-disks.ts'
import type { FolderInputs, FolderOutputs } from './folder/folder-type.ts'
import { folder, folderType } from './folder/folder-type.ts'
import { folderHandler } from './folder/handler.ts'
import { imageHandler } from './image/handler.ts'
import type { ImageOutputs, VsphereImageInputs } from './image/image-type.ts'
import { image, imageType } from './image/image-type.ts'
import { Shelves } from './image/shelves.ts'
import { usersIn } from './image/users.ts'
import { openClient, realmOf } from './connection.ts'
import { inWords } from './errors.ts'
import { Folders } from './folders.ts'
import { Apart } from './labels/apart.ts'
import { Attributes } from './labels/attributes.ts'
import { Tags } from './labels/tags.ts'
import { atlasOf } from './places/atlas.ts'
import { shared } from './places/once.ts'
import { placementOf } from './places/placement.ts'
import { placesOf } from './places/problem-text.ts'
import type { VsphereSettings } from './settings.ts'
import { settingsSchema } from './settings.ts'
import { vmHandler } from './vm/handler.ts'
import { Inventory } from './vm/inventory.ts'
import { TemplateDevices } from './vm/template-devices.ts'
import type { VmInputs, VmOutputs } from './vm/vm-type.ts'
import { vm, vmType } from './vm/vm-type.ts'

const open = async (given: PlainMap, host: Host): Promise<Session> => {
  // The schema has checked them.
  const settings = given as VsphereSettings
  return inWords(async () => {
    const client = await openClient(settings, host.directory, host.signal)
    try {
      return await sessionOf(client, settings, host)
    } catch (error) {
      await client.close().catch(() => undefined)
      throw error
    }
  })
}

interface Opening {
  readonly signal: AbortSignal
  readonly images?: ImageFiles
}

const sessionOf = async (client: Client, settings: VsphereSettings, { signal, images }: Opening): Promise<Session> => {
  const folders = new Folders(client)
  const atlas = atlasOf(client)
  const kept = new KeptDisks(client, atlas, settings)
  const labels = { client, attributes: new Attributes(client), tags: new Tags(client) }
  const templates = new TemplateDevices(client)
  const inventory = new Inventory({ client, folders, labels })
  const handler = defineHandler<VmInputs, VmOutputs>(
    vmHandler({
      client,
      folders,
      settings,
      atlas,
      labels,
      inventory,
      apart: new Apart(client, inventory),
      devicesOf: (ref, ends) => templates.devices(ref, ends),
      kept: (owner, ends) => kept.of(owner, ends),
      isKept: (file, ends) => kept.holds(file, ends),
      forget: () => {
        folders.forget()
        templates.forget()
        atlas.forget()
      },
      resolve: async (inputs, ends) => {
        const resolved = await atlas.resolve(placementOf(inputs, settings), ends)
        // It may be there by the time that somebody asks again.
        if (!resolved.ok) atlas.forget()
        return placesOf(resolved)
      },
    }),
  )
  return {
    realm: await realmOf(client, signal),
    handlers: new Map([
      [vmType, handler],
      [
        folderType,
        defineHandler<FolderInputs, FolderOutputs>(
          folderHandler({ client, folders, atlas, ...(settings.datacenter === undefined ? {} : { datacenter: settings.datacenter }) }),
        ),
      ],
      [diskType, defineHandler<DiskInputs, DiskOutputs>(diskHandler(client, (ends) => kept.folder(ends)))],
      [
        imageType,
        defineHandler<VsphereImageInputs, ImageOutputs>(
          imageHandler({ client, shelves: new Shelves(client, atlas, settings), users: shared((ends) => usersIn(client, ends)), images }),
        ),
      ],
    ]),
    [Symbol.asyncDispose]: () => inWords(() => client.close()),
  }
}

/** Virtual machines of a vCenter or a standalone ESXi host. */
export const vsphere: Provider = defineProvider({
  name: 'vsphere',
  doc: 'Virtual machines of a vCenter or a standalone ESXi host.',
  settings: settingsSchema,
  types: [vm, disk, folder, image],
  machine: vmType,
  image: imageType,
  others: [folderType],
  open,
})
