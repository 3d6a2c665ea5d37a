import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessRef {
  readonly pid: number
  /** Opaque: the boot of the host and the start time of the process. */
  readonly started: string
}

/** When the living process `pid` was started; `null` if there is none. A zombie is dead. */
export const startedAt = (pid: number): string | null => (process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid))

// The procfs never blocks, so these reads are synchronous.
const startedOnLinux = (pid: number): string | null => {
  const stat = readProc(`/proc/${pid}/stat`)
  // The name in the second field may hold spaces and brackets; the state is the third field, the start time field 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X' || fields[19] === undefined) return null
  return `${hostBoot()}:${fields[19]}`
}

let bootId: string | undefined
const hostBoot = (): string => (bootId ??= readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown')

const readProc = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

// Not tested: no macOS at hand.
const startedByPs = (pid: number): string | null => {
  const line = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  return line === '' || line.startsWith('Z') ? null : line.slice(line.indexOf(' ')).trim()
}

export const isAlive = (ref: ProcessRef): boolean => startedAt(ref.pid) === ref.started

/** Sends a signal; `false` if there is no such process (group, for a negative `pid`). */
export const send = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Waits up to `ms` of real time for something to become true; dying is up to the kernel, not to a run's clock. */
export const settles = async (condition: () => boolean, ms: number): Promise<boolean> => {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited >= ms) return false
    await delay(10)
  }
  return true
}
