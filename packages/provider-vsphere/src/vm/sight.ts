import type { Found, Observation } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import type { SeenLabels } from '../labels/seen-labels.ts'
import type { Details } from './details.ts'
import type { Machine } from './machine.ts'
import { inputsOf, outputsOf } from './seen-inputs.ts'
import type { VmInputs, VmOutputs } from './vm-type.ts'
import { vmType } from './vm-type.ts'

export type VmObservation = Observation<VmInputs, VmOutputs>

/** A machine, what was read of it besides, and the path of its folder. */
export interface Sight {
  readonly machine: Machine
  readonly details: Details | undefined
  readonly folder: string
  readonly labels: SeenLabels
}

/**
 * Whose a machine is, as far as a target goes. A mark counts on the machine that it names and on no other; a recorded id
 * that leads to another machine without a mark leads to a stranger.
 */
export type Ownership = 'ours' | 'unmarked' | 'stranger' | 'copy' | 'foreign'

export const ownershipOf = ({ mark, instanceUuid }: Machine, { uid, mark: own }: Pick<Target, 'uid' | 'mark'>): Ownership => {
  if (mark === undefined) return instanceUuid === uid ? 'unmarked' : 'stranger'
  if (mark.uid !== instanceUuid || mark.uid !== uid) return 'copy'
  return mark.lineage === own.lineage ? 'ours' : 'foreign'
}

/** Why it cannot be told whose a machine is, as a sentence; null where it can. Such a one stands, and is never absent. */
export const troubleOf = ({ hidden, instanceUuid }: Machine): string | null => {
  if (hidden.length > 0) return `This login may not read ${hidden.slice(0, 3).join(', ')} of the machine.`
  // A machine whose host or datastore is out of reach is in the inventory without its configuration.
  return instanceUuid === null
    ? 'vSphere does not tell the configuration of the machine: its host or its datastore may be out of reach.'
    : null
}

/** What a machine means for a target. */
export const observationOf = (sight: Sight, target: Target): VmObservation => {
  const { machine } = sight
  const id = remoteId(machine.ref.value)
  const trouble = troubleOf(machine)
  if (trouble !== null) return { kind: 'unreadable', lastSeen: null, why: trouble }
  const owner = ownershipOf(machine, target)
  if (owner === 'stranger') return { kind: 'absent' }
  if (machine.mark === undefined || owner === 'ours' || owner === 'unmarked') return standing(sight)
  return owner === 'copy' ? { kind: 'copy', id, of: machine.mark.uid } : { kind: 'foreign', id, lineage: machine.mark.lineage }
}

/** A machine with a mark of the stack, in a sweep. `isTwin`: an older one has the same identity. */
export const foundOf = (sight: Sight, isTwin: boolean): Found | null => {
  const { mark, instanceUuid, ref } = sight.machine
  if (mark === undefined) return null
  const isCopy = isTwin || mark.uid !== instanceUuid
  return { type: vmType, mark, observation: isCopy ? { kind: 'copy', id: remoteId(ref.value), of: mark.uid } : standing(sight) }
}

// A look and a sweep show the same.
const shown = new WeakMap<Sight, VmObservation>()

const standing = (sight: Sight): VmObservation => {
  const known = shown.get(sight) ?? standingOf(sight)
  shown.set(sight, known)
  return known
}

// InfraKit's way of taking a machine out is to move it into another folder; one in a vApp is in none.
const standingOf = ({ machine, details, folder, labels }: Sight): VmObservation => {
  const id = remoteId(machine.ref.value)
  const { state } = machine
  if (state !== null && ![state.folder[1], state.leaving].includes(machine.parent?.value ?? ''))
    return { kind: 'detached', id, where: folder }
  const isStopped = !machine.isOn && state?.power !== 'off'
  return {
    kind: 'present',
    id,
    inputs: { ...inputsOf(machine, details, folder), ...labels },
    outputs: outputsOf(machine, folder),
    status: isStopped ? { kind: 'stopped', why: 'powered off' } : { kind: 'running' },
  }
}
