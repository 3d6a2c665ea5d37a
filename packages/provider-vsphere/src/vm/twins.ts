import { compareText } from '@forgeplan/model'
import type { Machine } from './machine.ts'

/** The machines whose identity an older one has: a machine's folder that was copied and registered has it a second time. */
export const twinsAmong = (machines: readonly Machine[]): ReadonlySet<Machine> => {
  const oldest = new Map(machines.toSorted((one, other) => byAge(other, one)).map((machine) => [machine.instanceUuid, machine]))
  return new Set(machines.filter((machine) => machine.instanceUuid !== null && oldest.get(machine.instanceUuid) !== machine))
}

// References are given out in ascending order: vm-9, vm-10.
const byAge = ({ ref: { value: one } }: Machine, { ref: { value: other } }: Machine): number =>
  one.length - other.length || compareText(one, other)
