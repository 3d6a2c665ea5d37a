import type { Uid } from '@forgeplan/model'
import { remoteId, uid } from '@forgeplan/model'
import type { Target } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import { readdir } from 'node:fs/promises'
import type { Home } from './home/home.ts'
import { homeOf, isHomeName } from './home/home.ts'
import { errorCode } from './home/files.ts'
import { look } from './home/look.ts'
import type { Sight } from './home/look.ts'
import type { MachineObservation } from './observation.ts'
import { observationOf } from './observation.ts'

/** What one reading of the root directory brought: the machine directories, no directory at all, or no answer. */
type Inventory =
  | { readonly kind: 'read'; readonly homes: ReadonlyMap<string, Home> }
  | { readonly kind: 'no-root' }
  | { readonly kind: 'unreadable'; readonly why: string }

const readInventory = async (root: string): Promise<Inventory> => {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory() && isHomeName(entry.name)).map((entry) => entry.name)
    return { kind: 'read', homes: new Map(names.map((name) => [name, homeOf(root, uid(name))])) }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'no-root' }
    return { kind: 'unreadable', why: `The root directory of the machines cannot be read (${errorCode(error) ?? 'unknown error'}).` }
  }
}

/** Looks at all targets with one reading of the root. */
export const observeAll = async (root: string, targets: readonly Target[], signal: AbortSignal): Promise<Map<Uid, MachineObservation>> => {
  const inventory = await readInventory(root)
  const seen = await mapBounded(targets, signal, async (target) => [target.uid, await observeOne(inventory, target)] as const)
  return new Map(seen)
}

const observeOne = async (inventory: Inventory, target: Target): Promise<MachineObservation> => {
  switch (inventory.kind) {
    case 'unreadable':
      return { kind: 'unreadable', lastSeen: null, why: inventory.why }
    case 'no-root':
      // A root that stood once and is missing now may be a disk that is not mounted.
      return target.id === null ? { kind: 'absent' } : { kind: 'unreadable', lastSeen: null, why: missingRoot }
    case 'read': {
      const home = inventory.homes.get(target.uid)
      return home === undefined ? observeById(inventory.homes, target) : observationOf(await look(home.directory), home, target)
    }
    default:
      return inventory satisfies never
  }
}

// Machines are found by their uid; a recorded id that leads elsewhere can only lead to a copy.
const observeById = async (homes: ReadonlyMap<string, Home>, target: Target): Promise<MachineObservation> => {
  const home = target.id === null ? undefined : homes.get(target.id)
  const sight = home === undefined ? undefined : await look(home.directory)
  const isCopy = home !== undefined && sight?.kind === 'machine' && sight.mark?.uid === target.uid
  return isCopy ? { kind: 'copy', id: remoteId(home.uid), of: target.uid } : { kind: 'absent' }
}

const missingRoot =
  'The root directory of the machines is missing. If it was removed on purpose, create it again, empty; then its machines count as gone.'

/** Every machine directory of the root with what stands in it. @throws ProviderError when the root cannot be read. */
export const sweep = async (root: string, signal: AbortSignal): Promise<readonly (readonly [Home, Sight])[]> => {
  const inventory = await readInventory(root)
  if (inventory.kind === 'unreadable') throw new ProviderError('denied', inventory.why)
  if (inventory.kind === 'no-root') return []
  return mapBounded([...inventory.homes.values()], signal, async (home) => [home, await look(home.directory)] as const)
}

/** `Promise.all` over a list with at most 32 at a time, in order. @throws the signal's reason when it is aborted. */
const mapBounded = async <A, B>(items: readonly A[], signal: AbortSignal, each: (item: A) => Promise<B>): Promise<readonly B[]> => {
  const results: B[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      signal.throwIfAborted()
      results[index] = await each(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(32, items.length) }, worker))
  return results
}
