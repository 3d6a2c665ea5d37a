import { remoteId } from '@forgeplan/model'
import type { Verb } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Ref } from '@forgeplan/vsphere-soap'
import { isFault, VsphereFault } from '@forgeplan/vsphere-soap'
import type { VirtualMachineConfigSpec } from '@forgeplan/vsphere-soap/types'
import { ownerKeys } from '../owner.ts'
import { putLabels } from '../labels/put-labels.ts'
import { nothingRemembered } from '../labels/remembered.ts'
import { encodeName } from '../places/naming.ts'
import type { Blueprint } from './blueprint.ts'
import { configOf } from './blueprint.ts'
import { blueprintOf, make } from './create.ts'
import { readDetails } from './details.ts'
import type { Machine } from './machine.ts'
import { isIn } from './machine.ts'
import { bearerOf, nameOf } from './naming.ts'
import { notesIn, notesOf } from './notes.ts'
import { powerOff, powerOn } from './power.ts'
import type { Sight, VmObservation } from './sight.ts'
import type { VmInputs } from './vm-type.ts'
import type { Work } from './workshop.ts'
import { finish, ownMachine } from './workshop.ts'

/** How the machine is to be, and what it was seen as. */
interface Aim {
  readonly desired: VmInputs
  readonly seen: VmObservation
}

/** Brings the machine to what is desired and gives it as it stands then. Doing it again is harmless. @throws ProviderError; VsphereError. */
export const sync = async (verb: Verb, work: Work, { desired, seen }: Aim): Promise<Sight> => {
  if (seen.kind === 'pending') await ended(work, { type: 'Task', value: seen.handle })
  const standing = await ownMachine(work)
  work.call.signal.throwIfAborted()
  if (standing === null && verb !== 'create') throw new ProviderError('conflict', 'The machine is gone.')
  if (standing === null) return created(work, desired)
  const { machine } = standing
  const known = at(work, machine.ref)
  // What it shall be is clear before it goes down.
  const blueprint = await blueprintOf(work, desired, machine.state)
  refuseForgotten(machine, desired)
  if (verb === 'restart' || !desired.powerOn) await powerOff(work, machine)
  await putLabels(known, desired, { labels: blueprint.labels, sight: standing })
  await reconfigure(known, blueprint, machine)
  return poweredAsWanted(known, desired)
}

// Its disks have no names then, and would all be made a second time.
const refuseForgotten = ({ mark, state }: Machine, { disks = [], persistentSize = 0 }: VmInputs): void => {
  if (mark === undefined || state !== null || (disks.length === 0 && persistentSize === 0)) return
  throw new ProviderError(
    'conflict',
    `What forge remembers on the machine (${ownerKeys.state}) is gone or cannot be read, so that its disks are not known. Import the machine anew.`,
  )
}

// Whether it has come to something is seen by looking at the machine.
const ended = async (work: Work, task: Ref): Promise<void> => {
  try {
    await finish(work, task, 'It is being made.')
  } catch (error) {
    if (!(error instanceof VsphereFault)) throw error
  }
}

// By its id it is read with one call.
const at = (work: Work, { value }: Ref): Work => ({ ...work, target: { ...work.target, id: remoteId(value) } })

const created = async (nameless: Work, desired: VmInputs): Promise<Sight> => {
  const work = at(nameless, await make(nameless, desired))
  const sight = await poweredAsWanted(work, desired)
  await putLabels(work, desired, { labels: sight.machine.state?.labels ?? nothingRemembered, sight })
  // The simulator drops the notes of a clone.
  const notes = notesOf(work.target.mark, desired.notes ?? '')
  if (desired.notes === undefined || sight.machine.annotation === notes) return sight
  await send(work, sight.machine, { annotation: notes })
  return standingOf(work)
}

const poweredAsWanted = async (work: Work, { powerOn: isWanted }: VmInputs): Promise<Sight> => {
  const sight = await standingOf(work)
  if (!isWanted || sight.machine.isOn) return sight
  await powerOn(work, sight.machine)
  return standingOf(work)
}

const standingOf = async (work: Work): Promise<Sight> => {
  const sight = await ownMachine(work)
  if (sight === null) throw new ProviderError('conflict', 'The machine was removed while it was being worked on.')
  return sight
}

const reconfigure = async (work: Work, blueprint: Blueprint, machine: Machine): Promise<void> => {
  const { shop, call } = work
  const details = (await readDetails(shop.client, [machine.ref], { signal: call.signal })).get(machine.ref.value)
  if (details === undefined) throw new ProviderError('conflict', 'The machine was removed while it was being worked on.')
  const { target, desired } = blueprint
  const before = { devices: details.devices, before: machine.state, from: machine.parent }
  // What people wrote stays where the configuration says nothing.
  const annotation = notesOf(target.mark, desired.notes ?? notesIn(machine.annotation))
  call.signal.throwIfAborted()
  await send(work, machine, onlyChanges({ ...configOf(blueprint, before), annotation }, machine, desired))
  await rename(work, blueprint, machine)
  if (isIn(machine, blueprint.folder)) return
  await move(work, blueprint, machine)
  // Until here it could be in either folder without having been moved by somebody else.
  const { extraConfig = [] } = configOf(blueprint, { ...before, from: null })
  await send(work, machine, { extraConfig })
}

const move = async (work: Work, { folder }: Blueprint, { ref }: Machine): Promise<void> => {
  const { shop, call } = work
  const into = { type: 'Folder', value: folder[1] }
  try {
    await finish(work, await shop.client.call('MoveIntoFolder_Task', into, { list: [ref] }, { signal: call.signal }), 'Moving.')
  } catch (error) {
    // The folder may have been taken away since it was found.
    if (isFault(error, 'ManagedObjectNotFound')) shop.forget()
    throw error
  }
}

const rename = async (work: Work, { desired, target }: Blueprint, machine: Machine): Promise<void> => {
  // A name of its own, which another machine's may have forced on it, stays.
  const newName = nameOf(desired, bearerOf(target))
  if (
    (desired.name === undefined && desired.namePrefix === undefined) ||
    [newName, `${newName}-g${target.mark.generation}`].includes(machine.name)
  )
    return
  const { shop, call } = work
  await finish(
    work,
    await shop.client.call('Rename_Task', machine.ref, { newName: encodeName(newName) }, { signal: call.signal }),
    'Renaming.',
  )
}

// What a running machine cannot take may stand in a change only if it differs.
const onlyChanges = (config: VirtualMachineConfigSpec, machine: Machine, desired: VmInputs): VirtualMachineConfigSpec => {
  const { numCPUs, memoryMB, guestId, firmware, cpuHotAddEnabled, memoryHotAddEnabled, ...rest } = config
  return {
    ...rest,
    ...(numCPUs === undefined || numCPUs === machine.cpus ? {} : { numCPUs, ...socketsFor(numCPUs, machine) }),
    ...(memoryMB === undefined || memoryMB === machine.memoryMiB ? {} : { memoryMB }),
    ...(guestId === undefined || guestId === machine.guestId ? {} : { guestId }),
    ...(firmware === undefined || firmware === machine.firmware ? {} : { firmware }),
    ...(desired.hotAdd === undefined || desired.hotAdd === machine.hotAdd ? {} : { cpuHotAddEnabled, memoryHotAddEnabled }),
  } as VirtualMachineConfigSpec
}

// A number that its sockets do not divide is refused; a machine of forge's own has one core in each.
const socketsFor = (numCPUs: number, { growth: { coresPerSocket } }: Machine): VirtualMachineConfigSpec =>
  coresPerSocket === null || coresPerSocket <= 1 || numCPUs % coresPerSocket === 0 ? {} : { numCoresPerSocket: 1 }

const send = async (work: Work, { ref }: Machine, spec: VirtualMachineConfigSpec): Promise<void> => {
  const { shop, call } = work
  try {
    await finish(work, await shop.client.call('ReconfigVM_Task', ref, { spec }, { signal: call.signal }), 'Changing.')
  } catch (error) {
    if (isFault(error, 'InvalidPowerState', 'CpuHotPlugNotSupported', 'MemoryHotPlugNotSupported'))
      throw new ProviderError(
        'invalid',
        'This cannot be changed while the machine runs. Power it off and apply again: it is powered on afterwards.',
        {
          cause: error,
        },
      )
    throw error
  }
}
