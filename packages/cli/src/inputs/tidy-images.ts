import type { Dirent } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What was removed; `size` in bytes. */
export interface Tidied {
  readonly files: number
  readonly size: number
}

/** Somebody who builds an image right now holds no lease, so only what nobody has touched for a day is left over. */
const leftOverMs = 86_400_000

/**
 * Removes from the folder of finished images what belongs to no digest of `wanted`, and what builds that were cut off left
 * there. Everything that it removes can be made again. @throws the system's error.
 */
export const tidyImages = async (cache: string, wanted: ReadonlySet<string>, nowMs: number): Promise<Tidied> => {
  let tidied: Tidied = { files: 0, size: 0 }
  for (const entry of await entriesOf(cache)) {
    const path = join(cache, entry.name)
    if (!(await isSuperfluous(path, entry.name, { wanted, nowMs }))) continue
    const size = await sizeOf(path)
    await rm(path, { recursive: true, force: true })
    tidied = { files: tidied.files + 1, size: tidied.size + size }
  }
  return tidied
}

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const isSuperfluous = async (
  path: string,
  name: string,
  { wanted, nowMs }: { readonly wanted: ReadonlySet<string>; readonly nowMs: number },
): Promise<boolean> => {
  const digest = /^[0-9a-f]{64}(?=[.-])/.exec(name)?.[0]
  if (digest !== undefined && !name.endsWith('.part')) return !wanted.has(digest)
  if (!/^(?:building|packing)-|\.part$/.test(name)) return false
  return nowMs - (await stat(path)).mtimeMs > leftOverMs
}

const sizeOf = async (path: string): Promise<number> => {
  const at = await stat(path)
  if (!at.isDirectory()) return at.size
  const inside = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))))
  return inside.reduce((sum, size) => sum + size, 0)
}
