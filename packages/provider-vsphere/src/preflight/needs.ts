import type { Address } from '@forgeplan/model'
import type { Ref } from '@forgeplan/vsphere-soap'
import { clusterForRules } from '../labels/cluster-of.ts'
import { parseIso } from '../places/iso-path.ts'
import type { NetworkPlace, Places } from '../places/places.ts'
import { namedDatastore } from '../places/storage.ts'
import { isCustomized } from '../vm/addressing.ts'
import { hasDataImage } from '../vm/data-image.ts'
import type { Placed } from './placed.ts'
import type { Targeted } from './targets.ts'

/** What has to be allowed on one object. */
export interface Need {
  readonly ref: Ref
  /** The object for people: `the datastore "nfs"`. */
  readonly label: string
  readonly privileges: readonly string[]
}

/** A need, and who has it. */
export interface NeedOf extends Need {
  readonly address: Address
}

/** What making a machine needs, by the "Required Privileges" of the vSphere API's methods. */
export const needsOf = ({ machine, folder }: Targeted): readonly NeedOf[] => {
  if (!machine.resolved.ok) return []
  const { places } = machine.resolved
  const { address } = machine
  const needs: readonly Need[] = [
    {
      ref: folder.lowest.ref,
      label: `the folder ${folder.lowest.path}`,
      privileges: [...folderPrivileges(machine.inputs, folder.missing.length), ...guestPrivileges(machine)],
    },
    { ref: places.pool, label: `the resource pool ${poolPath(machine, places)}`, privileges: ['Resource.AssignVMToPool'] },
    ...datastoreNeeds(machine, places),
    ...places.networks.map(networkNeed),
    ...clusterNeed(machine, places),
    ...templateNeed(machine.inputs, places),
  ]
  return needs.map((need) => ({ ...need, address }))
}

const folderPrivileges = (
  { template, disks = [], powerOn, vsphereTags = [], customAttributes = {} }: Placed['inputs'],
  missing: number,
): readonly string[] => [
  template === undefined ? 'VirtualMachine.Inventory.Create' : 'VirtualMachine.Inventory.CreateFromExisting',
  ...['AddRemoveDevice', 'AdvancedConfig', 'Annotation', 'CPUCount', 'EditDevice', 'Memory', 'Settings'].map(
    (each) => `VirtualMachine.Config.${each}`,
  ),
  ...(disks.length === 0 ? [] : ['VirtualMachine.Config.AddNewDisk']),
  ...(powerOn === false ? [] : ['VirtualMachine.Interact.PowerOn']),
  ...(vsphereTags.length === 0 ? [] : ['InventoryService.Tagging.AttachTag']),
  ...(Object.keys(customAttributes).length === 0 ? [] : ['Global.SetCustomField']),
  ...(missing === 0 ? [] : ['Folder.Create']),
]

/** What running commands in a guest takes on its machine, by the "Required Privileges" of the API's methods. */
export const guestPrivileges = ({ usesGuest }: { readonly usesGuest?: true | undefined }): readonly string[] =>
  usesGuest === true ? ['Execute', 'Query'].map((each) => `VirtualMachine.GuestOperations.${each}`) : []

const poolPath = ({ room }: Placed, { pool }: Places): string => room?.pools.find(({ ref }) => ref.value === pool.value)?.path ?? pool.value

const datastoreNeeds = (machine: Placed, { datastore }: Places): readonly Need[] => {
  const own = ['Datastore.AllocateSpace', ...(hasDataImage(machine.inputs) ? ['Datastore.FileManagement'] : [])]
  return [datastoreNeed(datastore, own), ...imageNeed(machine, datastore)]
}

/** What looking for the image that it boots from needs. */
export const imageNeed = ({ inputs, room }: Placed, datastore: Places['datastore']): readonly Need[] => {
  const iso = inputs.iso === undefined ? null : parseIso(inputs.iso)
  const named = iso?.datastore == null || room === null ? null : namedDatastore(room, '', iso.datastore)
  const store = named === null ? datastore : named.ok ? named.value : null
  return iso === null || store === null ? [] : [datastoreNeed(store, ['Datastore.Browse'])]
}

/** Privileges on a datastore. */
export const datastoreNeed = ({ ref, name }: Places['datastore'], privileges: readonly string[]): Need => ({
  ref,
  label: `the datastore "${name}"`,
  privileges,
})

/** What an adapter in a network needs. */
export const networkNeed = ({ ref, name }: NetworkPlace): Need => ({ ref, label: `the network "${name}"`, privileges: ['Network.Assign'] })

const clusterNeed = (machine: Placed, places: Places): readonly Need[] =>
  machine.inputs.antiAffinity === true ? ruleNeed(machine, places) : []

/** What coming into a rule of the cluster needs, and leaving one. */
export const ruleNeed = ({ room }: Placed, { pool }: Places): readonly Need[] => {
  const choice = room === null ? null : clusterForRules(room, pool)
  if (choice?.ok !== true) return []
  const { ref, name } = choice.cluster
  return [{ ref, label: `the cluster "${name}"`, privileges: ['Host.Inventory.EditCluster'] }]
}

const templateNeed = (inputs: Placed['inputs'], { template }: Places): readonly Need[] => {
  if (template === null) return []
  const clone = template.isTemplate ? 'VirtualMachine.Provisioning.DeployTemplate' : 'VirtualMachine.Provisioning.Clone'
  const privileges = [clone, ...(isCustomized(inputs) ? ['VirtualMachine.Provisioning.Customize'] : [])]
  return [{ ref: template.ref, label: `the template "${template.name}"`, privileges }]
}
