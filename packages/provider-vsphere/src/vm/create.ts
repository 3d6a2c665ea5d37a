import { ProviderError } from '@forgeplan/sdk'
import type { Client, Ref } from '@forgeplan/vsphere-soap'
import { isA, isFault, isRef, VsphereFault } from '@forgeplan/vsphere-soap'
import type { VirtualMachineCloneSpec, VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import type { Given, MadeState } from '../owner.ts'
import { wantedLabels } from '../labels/wanted-labels.ts'
import { encodeName } from '../places/naming.ts'
import type { Places, TemplatePlace } from '../places/places.ts'
import { adaptersOf, toldToGuest } from './addressing.ts'
import type { Blueprint } from './blueprint.ts'
import { configOf } from './blueprint.ts'
import { adaptersAfter, customizationOf } from './customization.ts'
import { uploadData } from './data-image.ts'
import { bearerOf, folderNames, folderOf, nameOf } from './naming.ts'
import type { VmInputs } from './vm-type.ts'
import type { Work } from './workshop.ts'
import { finish, ownMachine } from './workshop.ts'

/** Makes the machine, powered on where that comes with it. @throws ProviderError; VsphereError. */
export const make = async (work: Work, desired: VmInputs): Promise<Ref> => {
  const blueprint = await withTold(work, await blueprintOf(work, desired))
  await uploadData(work, blueprint.told, blueprint.places)
  const name = nameOf(desired, bearerOf(work.target))
  try {
    return await makeNamed(work, blueprint, name)
  } catch (error) {
    // A snapshot may have been replaced, or a template edited, since it was read.
    if (isFault(error, 'ManagedObjectNotFound', 'InvalidDeviceSpec')) work.shop.forget()
    if (!isFault(error, 'DuplicateName')) throw error
    return afterDuplicate(work, blueprint, { name, holder: holderIn(error) })
  }
}

/** Where a machine is to be, its folder made. */
export const blueprintOf = async (work: Work, desired: VmInputs, before: MadeState | null = null): Promise<Blueprint> => {
  const { shop, target, call } = work
  const places = await shop.resolve(desired, call.signal)
  // Where nothing is said, one that stands stays where it is.
  const folder = desired.folder === undefined && before !== null ? before.folder : await ensureFolder(work, desired, places)
  const kept =
    desired.disks?.some(({ retain }) => retain === true) === true ? await shop.kept(target, call.signal) : new Map<string, string>()
  const labels = await wantedLabels(work, desired, { places, before: before?.labels })
  return { target, desired, told: desired, places, folder, kept, labels }
}

const withTold = async ({ shop, call }: Work, blueprint: Blueprint): Promise<Blueprint> => {
  const { desired, places } = blueprint
  const devices = places.template === null ? [] : await shop.devicesOf(places.template.ref, call.signal)
  return { ...blueprint, told: toldToGuest(desired, adaptersOf(desired, devices, places.networks.length)) }
}

const ensureFolder = async ({ shop, target, call }: Work, desired: VmInputs, { vmFolder }: Places): Promise<Given> => {
  const words = folderOf(desired, target)
  // A standalone host has no folders to make: there the default is its one folder.
  const names = desired.folder === undefined && isHost(shop.client) ? [] : folderNames(words)
  return [words, (await shop.folders.ensure(vmFolder, names, call.signal)).value]
}

const isHost = ({ content }: Client): boolean => content.about.apiType === 'HostAgent'

const makeNamed = async (work: Work, blueprint: Blueprint, name: string): Promise<Ref> => {
  const { template } = blueprint.places
  const { call } = work
  call.signal.throwIfAborted()
  const task = template === null ? await beginCreation(work, blueprint, name) : await beginClone(work, blueprint, { template, name })
  work.shop.inventory.began(task, work.target.uid)
  await call.record(task.value)
  const made = await finish(work, task, template === null ? 'The machine is being made.' : 'The template is being cloned.')
  if (!isRef(made)) throw new ProviderError('internal', 'The server does not say what it has made.')
  return made
}

const folderRef = ({ folder }: Blueprint): Ref => ({ type: 'Folder', value: folder[1] })

const beginCreation = async ({ shop, target, call }: Work, blueprint: Blueprint, name: string): Promise<Ref> => {
  const { places, desired } = blueprint
  const config: VirtualMachineConfigSpec = {
    ...configOf(blueprint, { devices: [], before: null, from: null }),
    name: encodeName(name),
    instanceUuid: target.uid,
    guestId: desired.guestId ?? 'otherLinux64Guest',
    files: { vmPathName: `[${places.datastore.name}]` },
  }
  const args = { config, pool: places.pool, ...(places.host === null ? {} : { host: places.host }) }
  return shop.client.call('CreateVM_Task', folderRef(blueprint), args, { signal: call.signal })
}

const beginClone = async (
  { shop, target, call }: Work,
  blueprint: Blueprint,
  { template, name }: { readonly template: TemplatePlace; readonly name: string },
): Promise<Ref> => {
  const { desired, places } = blueprint
  const devices = await shop.devicesOf(template.ref, call.signal)
  const config = { ...configOf(blueprint, { devices, before: null, from: null }), instanceUuid: target.uid, numCoresPerSocket: 1 }
  const customization = customizationOf(desired, target, adaptersAfter(devices, config.deviceChange ?? []))
  const spec: VirtualMachineCloneSpec = {
    location: locationOf(places, desired.linked === true),
    template: false,
    config,
    ...(customization === undefined ? {} : { customization }),
    powerOn: desired.powerOn,
    ...(desired.linked === true ? { snapshot: template.snapshot ?? refuseLinked(template) } : {}),
  }
  return shop.client.call(
    'CloneVM_Task',
    template.ref,
    { folder: folderRef(blueprint), name: encodeName(name), spec },
    { signal: call.signal },
  )
}

const locationOf = ({ pool, host, datastore }: Places, isLinked: boolean): VirtualMachineCloneSpec['location'] => ({
  datastore: datastore.ref,
  ...(isLinked ? { diskMoveType: 'createNewChildDiskBacking' } : {}),
  pool,
  ...(host === null ? {} : { host }),
})

const refuseLinked = ({ name }: TemplatePlace): never => {
  throw new ProviderError('invalid', `${name} has no snapshot that a linked clone could share. Take one, or leave out linked.`)
}

// The name is a second guard against twins: it may be our own machine, whose making was not heard of.
const afterDuplicate = async (
  work: Work,
  blueprint: Blueprint,
  { name, holder }: { readonly name: string; readonly holder: Ref | null },
): Promise<Ref> => {
  const own = await ownMachine(work)
  if (own !== null) return own.machine.ref
  const [other] = holder === null ? [] : await work.shop.inventory.read([holder], work.call.signal)
  const isOurs = other?.mark?.lineage === work.target.mark.lineage && other.mark.uid === other.instanceUuid
  // One of ours that was moved or released in forge keeps its name.
  if (isOurs && blueprint.desired.name === undefined) return makeNamed(work, blueprint, `${name}-g${work.target.mark.generation}`)
  throw new ProviderError('conflict', `There is another machine named ${name} in the folder ${blueprint.folder[0]}.`)
}

const holderIn = (error: VsphereFault): Ref | null =>
  isA(error.detail, 'DuplicateName') && isRef(error.detail.object) && error.detail.object.type === 'VirtualMachine'
    ? error.detail.object
    : null
