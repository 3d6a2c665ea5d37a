import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Does something in a folder of its own inside the cache, of which nothing is left afterwards. */
export const inWorkFolder = async <T>(cache: string, purpose: 'building' | 'packing', work: (folder: string) => Promise<T>): Promise<T> => {
  await mkdir(cache, { recursive: true, mode: 0o700 })
  await removeForsaken(cache)
  const folder = await mkdtemp(join(cache, `${purpose}-${String(process.pid)}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const forsaken = /^(?:building|packing)-(\d+)-/

// Whoever was killed could not tidy up.
const removeForsaken = async (cache: string): Promise<void> => {
  for (const name of await readdir(cache)) {
    const pid = Number(forsaken.exec(name)?.[1] ?? 'none')
    if (Number.isSafeInteger(pid) && !isAlive(pid)) await rm(join(cache, name), { recursive: true, force: true })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
