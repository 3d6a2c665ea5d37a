import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Gives a finished file its name in the cache, whole also after a power failure: nobody looks again at what stands there. @throws the system's error. */
export const keep = async (made: string, path: string): Promise<void> => {
  await sync(made)
  await rename(made, path)
  await sync(dirname(path))
}

const sync = async (path: string): Promise<void> => {
  await using file = await open(path, 'r')
  await file.sync()
}
