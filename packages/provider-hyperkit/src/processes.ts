import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
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
  const fields = statFields(pid)
  if (fields === undefined || isDead(fields[0]) || fields[19] === undefined) return null
  return `${hostBoot()}:${fields[19]}`
}

// From the third field on (state, parent, group, ...; the start time is field 22): the name in the second one may hold
// spaces and brackets.
const statFields = (pid: number): readonly string[] | undefined => {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const isDead = (state: string | undefined): boolean => state === 'Z' || state === 'X'

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

/** How many processes of a group live; zombies that nobody has collected are dead. */
export const livingInGroup = (group: number): number => {
  if (!send(-group, 0)) return 0
  return (process.platform === 'linux' ? groupsOnLinux() : groupsByPs()).filter((of) => of === group).length
}

const groupsOnLinux = (): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    const fields = /^\d+$/.test(name) ? statFields(Number(name)) : undefined
    return fields === undefined || isDead(fields[0]) ? [] : [Number(fields[2])]
  })

const groupsByPs = (): readonly number[] =>
  spawnSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => !line.includes('Z'))
    .map((line) => Number.parseInt(line, 10))

/** Waits up to `ms` of real time for something to become true; dying is up to the kernel, not to a run's clock. */
export const settles = async (condition: () => boolean, ms: number): Promise<boolean> => {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited >= ms) return false
    await delay(10)
  }
  return true
}
