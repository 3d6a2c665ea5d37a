import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { sha256 } from './digest.ts'

/** Does something in a folder of its own inside the cache, of which nothing is left afterwards. */
export const inWorkFolder = async <T>(cache: string, purpose: 'building' | 'packing', work: (folder: string) => Promise<T>): Promise<T> => {
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const here = await thisSystem()
  await removeForsaken(cache, here)
  const folder = await mkdtemp(join(cache, `${purpose}-${here}-${String(process.pid)}-`))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// The number of a process means something in its own system alone, and the cache may be shared with containers and hosts.
const thisSystem = async (): Promise<string> => {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const numbers = await readlink('/proc/self/ns/pid').catch(() => '')
  return sha256(JSON.stringify([hostname(), boot, numbers])).slice(0, 8)
}

const forsaken = /^(?:building|packing)-([0-9a-f]{8})-(\d+)-/

// Whoever was killed could not tidy up. Of another system's processes only time can tell, and no build takes a day.
const removeForsaken = async (cache: string, here: string): Promise<void> => {
  for (const name of await readdir(cache)) {
    const [, system, pid] = forsaken.exec(name) ?? []
    if (system === undefined) continue
    const path = join(cache, name)
    if (system === here ? !isAlive(Number(pid)) : await isOld(path)) await rm(path, { recursive: true, force: true })
  }
}

const dayMs = 86_400_000

const isOld = async (path: string): Promise<boolean> => {
  const at = await stat(path).catch(() => null)
  return at !== null && Date.now() - at.mtimeMs > dayMs
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
