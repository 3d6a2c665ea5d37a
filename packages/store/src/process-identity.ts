import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import type { Now } from './lease-table.ts'
import { codeOf } from './sqlite.ts'

/** Which process, on which boot of which machine. */
export interface ProcessIdentity {
  readonly host: string
  /** One boot of one kernel, within which monotonic clocks can be compared. */
  readonly bootId: string
  /** Within which a pid means one process: containers of one host number theirs separately. */
  readonly pidSpace: string
  readonly pid: number
  readonly startedAt: string
}

/** Both clocks. `hrtime` is CLOCK_MONOTONIC: the same for all processes of a boot, stopped during suspend, never set. */
export const clocks = (): Now => ({ wall: Date.now(), monotonic: Number(process.hrtime.bigint() / 1_000_000n) })

export const ownIdentity = async (): Promise<ProcessIdentity> => ({
  host: hostname(),
  bootId: await bootId(),
  pidSpace: await linkOf('/proc/self/ns/pid'),
  pid: process.pid,
  startedAt: (await startOf(process.pid)) ?? '',
})

/** Whether the process that started then still runs here. In doubt (another user's hidden process) it does. */
export const isRunning = async (pid: number, startedAt: string): Promise<boolean> => {
  if (!existsNow(pid)) return false
  const start = await startOf(pid)
  return start !== 'dead' && (start === null || startedAt === '' || start === startedAt)
}

const existsNow = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

// A time namespace shifts the monotonic clock. macOS (untested): a UUID per boot, where kern.boottime moves when the
// clock is set.
const bootId = async (): Promise<string> => {
  if (process.platform === 'darwin') return output('sysctl', ['-n', 'kern.bootsessionuuid'])
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return [id.trim(), await linkOf('/proc/self/ns/time')].join(' ').trim()
}

const linkOf = (path: string): Promise<string> => readlink(path).catch(() => '')

/** When the process was started; `dead` for a zombie; null if it cannot be told. */
const startOf = async (pid: number): Promise<string | null> => {
  if (process.platform === 'darwin') return (await output('ps', ['-o', 'lstart=', '-p', String(pid)])) || null
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return stat === null ? null : startInStat(stat)
}

/** Field 22 of /proc/PID/stat: clock ticks since boot. The name in field 2 may hold spaces and parentheses; see proc(5). */
export const startInStat = (stat: string): string | null => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : (fields[19] ?? null)
}

const output = async (command: string, args: readonly string[]): Promise<string> => {
  const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await promisify(execFile)(command, args, { env }).catch(() => ({ stdout: '' }))
  return stdout.trim()
}
