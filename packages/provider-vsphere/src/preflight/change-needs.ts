import type { Touched } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { folderPlace } from '../places/folder-place.ts'
import { folderNames, folderOf } from '../vm/naming.ts'
import type { VmInputs } from '../vm/vm-type.ts'
import type { NeedOf } from './needs.ts'
import { guestPrivileges } from './needs.ts'
import type { Placed } from './placed.ts'

type TouchedVm = Touched<VmInputs>

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

/** What a change needs at the place that it leads to: the folder that it is moved into, the networks, the datastore of a larger disk. */
export const destinationNeeds = ({ fields }: TouchedVm, { address, inputs, resolved, room }: Placed): readonly NeedOf[] => {
  const need = (ref: Ref, label: string, ...privileges: readonly string[]): NeedOf => ({ ref, label, privileges, address })
  const folder = fields.includes('folder') && room !== null ? folderPlace(room, folderNames(folderOf(inputs, { address }))) : null
  const into =
    folder === null
      ? []
      : [
          need(
            folder.lowest.ref,
            `the folder ${folder.lowest.path}`,
            'VirtualMachine.Inventory.Move',
            ...(folder.missing.length === 0 ? [] : ['Folder.Create']),
          ),
        ]
  if (!resolved.ok) return into
  const { networks, datastore } = resolved.places
  return [
    ...into,
    ...(fields.some((field) => field === 'network' || field === 'networks')
      ? networks.map(({ ref, name }) => need(ref, `the network "${name}"`, 'Network.Assign'))
      : []),
    ...(fields.some((field) => field === 'disks' || field === 'persistentSize')
      ? [need(datastore.ref, `the datastore "${datastore.name}"`, 'Datastore.AllocateSpace')]
      : []),
  ]
}
