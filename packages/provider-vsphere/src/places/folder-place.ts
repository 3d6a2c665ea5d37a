import type { Datacenter, Entry } from './catalogue.ts'
import { pathOf } from './naming.ts'
import { keyOf } from './ref-key.ts'

/** How much of a folder's path is there: the lowest folder that exists, and the names that are missing below it. */
export interface FolderPlace {
  readonly lowest: Entry
  readonly missing: readonly string[]
}

/** Looks for a folder below the datacenter's folder of machines; null where that folder itself may not be read. */
export const folderPlace = ({ folders, vmFolder }: Datacenter, names: readonly string[]): FolderPlace | null => {
  const root = folders.find(({ ref }) => keyOf(ref) === keyOf(vmFolder))
  if (root === undefined) return null
  const byPath = new Map(folders.map((each) => [each.path, each]))
  for (let length = names.length; length > 0; length -= 1) {
    const lowest = byPath.get(root.path + pathOf(names.slice(0, length)))
    if (lowest !== undefined) return { lowest, missing: names.slice(length) }
  }
  return { lowest: root, missing: names }
}
