import type { Row, State } from '@forgeplan/model'
import type { Client } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'
import type { Machine } from '../../src/vm/machine.ts'
import { machineOf, machinePaths } from '../../src/vm/machine.ts'
import { vmType } from '../../src/vm/vm-type.ts'

/** A machine in the simulator's own inventory. */
export interface Standing extends Machine {
  /** The name of the folder that it is in. */
  readonly folder: string
}

/** Every machine that is marked as the stack's, or named as one of its would be. */
export const standingOf = async (client: Client, stack: string): Promise<readonly Standing[]> => {
  const machines: Machine[] = []
  const folders = new Map<string, string>()
  const properties = { VirtualMachine: machinePaths, Folder: ['name'] }
  for await (const seen of client.retrieve({ of: { under: client.content.rootFolder }, properties })) {
    if (seen.ref.type === 'VirtualMachine') machines.push(machineOf(seen))
    else folders.set(seen.ref.value, String(seen.properties.get('name')))
  }
  return machines
    .filter(({ mark, name }) => mark?.stack === stack || name.includes(stack))
    .map((machine) => ({ ...machine, folder: isRef(machine.parent) ? (folders.get(machine.parent.value) ?? '') : '' }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What must never be, however a run has ended: a machine that no row claims, one that stands twice, a row that lies. */
export const faultsOf = (machines: readonly Standing[], state: State): readonly string[] => [
  ...machines
    .filter(({ instanceUuid, mark }) => mark === undefined || mark.uid !== instanceUuid)
    .map(({ name }) => `without a mark: ${name}`),
  ...machines.filter(({ instanceUuid }) => instanceUuid === null || !state.rows.has(instanceUuid)).map(({ name }) => `orphan: ${name}`),
  ...repeated(machines.map(({ instanceUuid }) => instanceUuid ?? '')).map((uid) => `twin: ${uid}`),
  ...repeated(machines.map(({ name }) => name)).map((name) => `twin: ${name}`),
  ...repeated(machines.map(({ mark }) => mark?.address ?? '')).map((address) => `twin: ${address}`),
  ...[...state.rows.values()].flatMap((row) => lieOf(row, machines)),
]

const repeated = (texts: readonly string[]): readonly string[] => texts.filter((text, index) => texts.indexOf(text) !== index)

const lieOf = ({ address, type, phase, uid, id }: Row, machines: readonly Standing[]): readonly string[] => {
  if (type !== vmType || phase.kind !== 'live') return []
  const machine = machines.find(({ instanceUuid }) => instanceUuid === uid)
  if (machine === undefined) return [`${address} is live, and nothing stands`]
  return machine.ref.value === id ? [] : [`${address} is known as ${String(id)}, and is ${machine.ref.value}`]
}

/** By their names without the stack's: the folder and the number of CPUs of each. */
export const shapeOf = (machines: readonly Standing[], stack: string): Readonly<Record<string, readonly [string, number | null]>> =>
  Object.fromEntries(machines.map(({ name, folder, cpus }) => [name.replace(`${stack}-`, ''), [folder, cpus]]))

/** The names of what lies in a folder of the first datastore. */
export const filesIn = async (client: Client, folder: string): Promise<readonly string[]> => {
  const query = { of: { under: client.content.rootFolder }, properties: { Datastore: ['name'] } }
  for await (const { ref } of client.retrieve(query))
    return ((await client.datastores.search(ref, `[LocalDS_0] ${folder}`, ['*'])) ?? [])
      .map(({ path }) => path)
      .filter((path) => !path.endsWith('-flat.vmdk'))
      .toSorted()
  return []
}
