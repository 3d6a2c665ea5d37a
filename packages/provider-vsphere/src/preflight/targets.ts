import type { FolderPlace } from '../places/folder-place.ts'
import { folderPlace } from '../places/folder-place.ts'
import { folderNames, folderOf } from '../vm/naming.ts'
import type { Placed } from './placed.ts'

/** A machine and the folder that it is to come into. */
export interface Targeted {
  readonly machine: Placed
  readonly folder: FolderPlace
}

/** The folders of machines whose datacenter is clear; a standalone host has one for all. */
export const targetsOf = (placed: readonly Placed[], isHost: boolean): readonly Targeted[] =>
  placed.flatMap((machine) => {
    const names = isHost ? [] : folderNames(folderOf(machine.inputs, machine))
    const folder = machine.room === null ? null : folderPlace(machine.room, names)
    return folder === null ? [] : [{ machine, folder }]
  })
