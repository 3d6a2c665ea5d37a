import type { VmInputs, VmOutputs } from './vm-type.ts'
import type { Details } from './details.ts'
import { networksIn } from './devices/adapters.ts'
import { isoIn } from './devices/cdroms.ts'
import { disksIn } from './devices/disks.ts'
import type { Machine } from './machine.ts'
import { isIn } from './machine.ts'
import { notesIn } from './notes.ts'

const mebibyte = 2 ** 20

/** Whether a look at a machine has to read its details. */
export const wantsDetails = (machine: Machine): boolean => {
  const { state } = machine
  if (state === null) return false
  const isElsewhere = state.networks.length > 0 && !isInItsNetwork(machine)
  return isElsewhere || state.iso !== null || state.keys.length > 0 || Object.keys(state.disks).length > 0
}

// Where all adapters are in the one network that is managed, the details of each would say no more.
const isInItsNetwork = ({ state, networks }: Machine): boolean =>
  state !== null && state.onlyNetwork !== null && networks.length === 1 && networks[0] === state.onlyNetwork

/**
 * The inputs that can be read back. What forge put somewhere reads in the words of the configuration as long as it is
 * there, so that a path and a name are no difference.
 */
export const inputsOf = (machine: Machine, details: Details | undefined, folder: string): Partial<VmInputs> => ({
  ...(machine.cpus === null ? {} : { cpus: machine.cpus }),
  ...(machine.memoryMiB === null ? {} : { memory: machine.memoryMiB * mebibyte }),
  ...(machine.guestId === null ? {} : { guestId: machine.guestId }),
  ...(machine.firmware === 'bios' || machine.firmware === 'efi' ? { firmware: machine.firmware } : {}),
  name: machine.name,
  folder: machine.state !== null && isIn(machine, machine.state.folder) ? machine.state.folder[0] : folder,
  hotAdd: machine.hotAdd,
  notes: notesIn(machine.annotation),
  powerOn: machine.state === null ? machine.isOn : machine.state.power === 'on' || machine.isOn,
  ...(machine.state === null ? {} : { tags: machine.state.tags }),
  // Of one that was taken in none has a name.
  ...(machine.state !== null && Object.keys(machine.state.disks).length === 0 ? { disks: [], persistentSize: 0 } : {}),
  ...networkInputs(machine, details),
  ...(details === undefined ? {} : detailInputs(machine, details)),
})

const networkInputs = (machine: Machine, details: Details | undefined): Partial<VmInputs> => {
  const given = machine.state?.networks ?? []
  const now = details === undefined ? [] : networksIn(details.devices)
  const isAsGiven = isInItsNetwork(machine)
  const [first, ...others] =
    details === undefined && !isAsGiven
      ? []
      : given.map(([text, led], index) => (isAsGiven || now[index] === led ? text : (now[index] ?? '')))
  return { ...(first === undefined ? {} : { network: first }), ...(others.length === 0 ? {} : { networks: others }) }
}

const detailInputs = ({ state }: Machine, { devices, settings }: Details): Partial<VmInputs> => {
  if (state === null) return {}
  const disks = disksIn(devices, state.disks)
  const persistent = disks.find(({ isPersistent }) => isPersistent)
  const iso = isoIn(devices, state.data?.[1] ?? null)
  return {
    ...(state.iso === null ? {} : { iso: iso === state.iso[1] ? state.iso[0] : (iso ?? '') }),
    disks: disks.filter(({ isPersistent }) => !isPersistent).map(({ disk }) => disk),
    ...(persistent === undefined ? {} : { persistentSize: persistent.disk.size }),
    extraConfig: Object.fromEntries(state.keys.flatMap((key) => (settings.has(key) ? [[key, settings.get(key) as string]] : []))),
  }
}

/** What a machine is known by. `folder` is the path of its folder. */
export const outputsOf = (machine: Machine, folder: string): VmOutputs => ({
  id: machine.ref.value,
  name: machine.name,
  folder,
  ...(machine.ip === null || !machine.isOn ? {} : { ip: machine.ip }),
  ...(machine.isOn && machine.hotAdd ? growthOf(machine) : {}),
})

// A step of one is none.
const growthOf = ({ growth: { memoryLimitMiB, memoryStepMiB, coresPerSocket } }: Machine): Partial<VmOutputs> => ({
  ...(memoryLimitMiB === null || memoryLimitMiB <= 0 ? {} : { memoryLimit: memoryLimitMiB * mebibyte }),
  ...(memoryStepMiB === null || memoryStepMiB <= 1 ? {} : { memoryStep: memoryStepMiB * mebibyte }),
  ...(coresPerSocket === null || coresPerSocket <= 1 ? {} : { coresPerSocket }),
})
