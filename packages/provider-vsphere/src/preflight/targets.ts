import type { FolderPlace } from '../places/folder-place.ts'
import { folderPlace } from '../places/folder-place.ts'
import { folderNames, folderOf, nameOf } from '../vm/naming.ts'
import type { Placed } from './placed.ts'

/** A machine and the folder that it is to come into. */
export interface Targeted {
  readonly machine: Placed
  /** The name that it is to have; null where that depends on the stack, whose names are its own. */
  readonly name: string | null
  readonly folder: FolderPlace
}

/** The folders of machines whose datacenter is clear; a standalone host has one for all. */
export const targetsOf = (placed: readonly Placed[], isHost: boolean): readonly Targeted[] =>
  placed.flatMap((machine) => {
    if (machine.late.includes('folder')) return []
    const names = isHost ? [] : folderNames(folderOf(machine.inputs, machine))
    const folder = machine.room === null ? null : folderPlace(machine.room, names)
    return folder === null ? [] : [{ machine, name: givenName(machine), folder }]
  })

const givenName = ({ address, inputs, late }: Placed): string | null => {
  if (late.includes('name') || (inputs.name === undefined && inputs.namePrefix === undefined)) return null
  return nameOf(inputs, { address, stack: '' })
}
