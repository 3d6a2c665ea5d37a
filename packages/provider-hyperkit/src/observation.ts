import type { Observation, Present, Status } from '@forgeplan/model'
import { remoteId } from '@forgeplan/model'
import { join } from 'node:path'
import type { Target } from '@forgeplan/sdk'
import type { Home } from './home/home.ts'
import { fileNames } from './home/home.ts'
import type { Life, Machine, Sight } from './home/look.ts'
import type { MachineInputs, MachineOutputs } from './machine-type.ts'
import { ownershipOf } from './ownership.ts'

export type MachineObservation = Observation<MachineInputs, MachineOutputs>

/** What a sight means for a target. */
export const observationOf = (sight: Sight, home: Home, target: Target): MachineObservation => {
  switch (sight.kind) {
    case 'absent':
      return sight
    case 'unreadable':
      return { kind: 'unreadable', lastSeen: null, why: sight.why }
    case 'machine':
      return machineObservation(sight, home, target)
    default:
      return sight satisfies never
  }
}

const machineObservation = (machine: Machine, home: Home, target: Target): MachineObservation => {
  const owner = ownershipOf(machine.mark, home, target)
  if (machine.mark === null || owner === 'ours' || owner === 'unmarked') return presentOf(machine, home)
  if (owner === 'copy') return { kind: 'copy', id: remoteId(home.uid), of: machine.mark.uid }
  return { kind: 'foreign', id: remoteId(home.uid), lineage: machine.mark.lineage }
}

/** A machine that stands, whoever it belongs to. */
export const presentOf = (machine: Machine, home: Home): Present<MachineInputs, MachineOutputs> => ({
  kind: 'present',
  id: remoteId(home.uid),
  inputs: machine.spec.inputs,
  outputs: outputsOf(machine, home),
  status: statusOf(machine.life),
})

export const outputsOf = ({ spec, life }: Machine, home: Home): MachineOutputs => {
  const port = spec.inputs.port
  return {
    directory: home.directory,
    console: join(home.directory, fileNames.console),
    ip: '127.0.0.1',
    ...(life.kind === 'running' ? { pid: life.boot.pid } : {}),
    ...(port === undefined ? {} : { port, url: `http://127.0.0.1:${port}` }),
  }
}

const statusOf = (life: Life): Status => {
  switch (life.kind) {
    case 'running':
      return { kind: 'running' }
    case 'not-booted':
      return { kind: 'stopped', why: 'not booted' }
    case 'ended':
      return { kind: 'stopped', why: life.why }
    default:
      return life satisfies never
  }
}
