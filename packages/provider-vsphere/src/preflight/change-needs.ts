import type { Touched } from '@forgeplan/sdk'
import { folderPlace } from '../places/folder-place.ts'
import { hasDataImage } from '../vm/data-image.ts'
import { folderNames, folderOf } from '../vm/naming.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { Places } from '../places/places.ts'
import type { Need, NeedOf } from './needs.ts'
import { datastoreNeed, guestPrivileges, imageNeed, networkNeed, ruleNeed } from './needs.ts'
import type { Placed } from './placed.ts'

type TouchedVm = Touched<VmInputs>

/** A machine that is touched, and where its names lead. */
export type PlacedTouch = TouchedVm & Placed

const config = (...names: readonly string[]): readonly string[] => names.map((name) => `VirtualMachine.Config.${name}`)

/** What a changed field takes on the machine itself; a field without an entry takes what every change does. */
const byField: Readonly<Partial<Record<keyof VmInputs, readonly string[]>>> = {
  cpus: config('CPUCount'),
  memory: config('Memory'),
  hotAdd: config('CPUCount', 'Memory'),
  network: config('EditDevice'),
  networks: config('EditDevice', 'AddRemoveDevice'),
  disks: config('AddNewDisk', 'AddRemoveDevice', 'DiskExtend'),
  persistentSize: config('AddNewDisk', 'AddRemoveDevice', 'DiskExtend'),
  iso: ['VirtualMachine.Interact.SetCDMedia', ...config('EditDevice')],
  name: config('Rename'),
  namePrefix: config('Rename'),
  folder: ['VirtualMachine.Inventory.Move'],
  powerOn: ['VirtualMachine.Interact.PowerOn', 'VirtualMachine.Interact.PowerOff'],
  vsphereTags: ['InventoryService.Tagging.AttachTag'],
  customAttributes: ['Global.SetCustomField'],
}

// The mark and the notes are written with each.
const always = config('AdvancedConfig', 'Annotation')
const power = ['VirtualMachine.Interact.PowerOff', 'VirtualMachine.Interact.PowerOn']

/** What changing, marking or removing a machine needs on it, by the "Required Privileges" of the vSphere API's methods. */
export const changeNeeds = ({ address, id, work, fields, inputs, usesGuest }: TouchedVm): NeedOf => ({
  ref: { type: 'VirtualMachine', value: id },
  // The same words for all machines, so that a thousand of them are one problem.
  label: 'the machine itself',
  address,
  privileges: [...privilegesOf({ work, fields, inputs }), ...guestPrivileges({ usesGuest })],
})

const privilegesOf = ({ work, fields, inputs }: Pick<TouchedVm, 'work' | 'fields' | 'inputs'>): readonly string[] => {
  switch (work) {
    case 'mark':
      return config('AdvancedConfig')
    case 'delete':
      return ['VirtualMachine.Inventory.Delete', 'VirtualMachine.Interact.PowerOff', ...(keepsDisks(inputs) ? config('RemoveDisk') : [])]
    case 'update':
    case 'restart':
      return [...always, ...(work === 'restart' ? power : []), ...fields.flatMap((field) => byField[field as keyof VmInputs] ?? [])]
    default:
      return work satisfies never
  }
}

// They are taken out before it goes.
const keepsDisks = ({ disks = [] }: Partial<VmInputs>): boolean => disks.some(({ retain }) => retain === true)

/** What a change needs where it leads to: the folder that it is moved into, networks, datastores, the cluster that keeps it apart. */
export const destinationNeeds = (machine: PlacedTouch): readonly NeedOf[] => {
  const { address, fields, resolved } = machine
  const changes = (...names: readonly (keyof VmInputs)[]): boolean => names.some((name) => fields.includes(name))
  const folder = changes('folder') ? folderNeed(machine) : []
  const rest = resolved.ok ? placeNeeds(machine, resolved.places, changes) : []
  return [...folder, ...rest].map((need) => ({ ...need, address }))
}

const placeNeeds = (machine: PlacedTouch, places: Places, changes: (...names: readonly (keyof VmInputs)[]) => boolean): readonly Need[] => [
  ...(changes('network', 'networks') ? places.networks.map(networkNeed) : []),
  ...(changes('disks', 'persistentSize') ? [datastoreNeed(places.datastore, ['Datastore.AllocateSpace'])] : []),
  ...(changes('iso') ? imageNeed(machine, places.datastore) : []),
  ...(changes('antiAffinity') ? ruleNeed(machine, places) : []),
]

const folderNeed = ({ address, inputs, room }: PlacedTouch): readonly Need[] => {
  const folder = room === null ? null : folderPlace(room, folderNames(folderOf(inputs, { address })))
  if (folder === null) return []
  const privileges = ['VirtualMachine.Inventory.Move', ...(folder.missing.length === 0 ? [] : ['Folder.Create'])]
  return [{ ref: folder.lowest.ref, label: `the folder ${folder.lowest.path}`, privileges }]
}

/** What removing a machine needs beside itself: its data image goes too, and its place in a rule of the cluster. */
export const removalNeeds = (machine: PlacedTouch): readonly NeedOf[] => {
  const { address, inputs, resolved } = machine
  if (!resolved.ok) return []
  const { datastore } = resolved.places
  return [
    ...(inputs.antiAffinity === true ? ruleNeed(machine, resolved.places) : []),
    ...(hasDataImage(inputs) ? [datastoreNeed(datastore, ['Datastore.FileManagement'])] : []),
  ].map((need) => ({ ...need, address }))
}
