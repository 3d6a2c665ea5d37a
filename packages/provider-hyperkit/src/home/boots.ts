import { randomUUID } from 'node:crypto'
import { link, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessRef } from '../processes.ts'
import { isAlive, startedAt } from '../processes.ts'
import { errorCode, readJson } from './files.ts'

/**
 * One start of a machine. Boots are numbered files `boot.N`; the highest one names the process that owns the machine.
 * A dead owner's file is never removed before a higher one stands, so two starters can never both own it: no lock
 * has to be broken.
 */
export interface Boot extends ProcessRef {
  readonly number: number
  /** The directory it was made for: in a copied directory it names a process that is not the copy's. */
  readonly inode: string
}

const bootName = /^boot\.(\d{1,9})$/

/** What the boot files of a machine say. A damaged one may name a process that lives. */
export type LastBoot =
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly why: string }
  | { readonly kind: 'boot'; readonly boot: Boot }

/** The last boot of the machine in `directory`. */
export const lastBoot = async (directory: string): Promise<LastBoot> => {
  const number = highest(await readdir(directory))
  if (number === 0) return { kind: 'none' }
  const json = await readJson(join(directory, `boot.${number}`))
  // A newer boot took its place between the two readings.
  if (json === null) return lastBoot(directory)
  const boot = parseBoot(number, json)
  return boot === null ? { kind: 'damaged', why: damaged(number) } : { kind: 'boot', boot }
}

const damaged = (number: number): string =>
  `boot.${number} is damaged, so it cannot be told whether the machine runs. When its process has ended, remove that file.`

/** Whether the machine in `directory` is the one that this boot started, and runs. */
export const isRunning = async (directory: string, boot: Boot): Promise<boolean> =>
  isAlive(boot) && boot.inode === (await inodeOf(directory))

/** Makes this process the owner of the machine in `directory`; `null` if another living process is. @throws Error when that cannot be told. */
export const claimBoot = async (directory: string): Promise<Boot | null> => {
  const last = await lastBoot(directory)
  if (last.kind === 'damaged') throw new Error(last.why)
  if (last.kind === 'boot' && (await isRunning(directory, last.boot))) return null
  // Counted from what was just looked at: a boot that has come since then may live, and has this number.
  const number = (last.kind === 'boot' ? last.boot.number : 0) + 1
  const boot = { pid: process.pid, started: startedAt(process.pid) ?? '', inode: await inodeOf(directory) }
  if (!(await writeBoot(directory, number, boot))) return null
  const standing = numbers(await readdir(directory))
  // Another starter was faster by a whole boot: its file stands and ours is withdrawn.
  if (Math.max(...standing) > number) {
    await withdraw(directory, number)
    return null
  }
  for (const older of standing) if (older < number) await withdraw(directory, older)
  return { number, ...boot }
}

// Somebody else may have done it.
const withdraw = async (directory: string, number: number): Promise<void> => {
  await unlink(join(directory, `boot.${number}`)).catch(() => undefined)
}

// A hard link is atomic and exclusive: the file appears with all of its content, or not at all.
const writeBoot = async (directory: string, number: number, boot: Omit<Boot, 'number'>): Promise<boolean> => {
  // Of a name that nobody has had: one that was left behind is still the same file as a boot.
  const part = join(directory, `.boot.${randomUUID()}.part`)
  {
    await using file = await open(part, 'wx', 0o600)
    await file.writeFile(JSON.stringify(boot))
    // After a power failure an empty file would not tell who owned the machine.
    await file.sync()
  }
  try {
    await link(part, join(directory, `boot.${number}`))
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await unlink(part)
  }
}

const numbers = (names: readonly string[]): readonly number[] =>
  names.flatMap((name) => {
    const match = bootName.exec(name)
    return match === null ? [] : [Number(match[1])]
  })
const highest = (names: readonly string[]): number => Math.max(0, ...numbers(names))

/** Which directory this is, whatever it is called: a copy of it is another one. */
export const inodeOf = async (directory: string): Promise<string> => {
  const { dev, ino } = await stat(directory, { bigint: true })
  return `${dev}:${ino}`
}

const parseBoot = (number: number, json: unknown): Boot | null => {
  if (typeof json !== 'object' || json === null) return null
  const { pid, started, inode } = json as Record<string, unknown>
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 1) return null
  return typeof started === 'string' && typeof inode === 'string' ? { number, pid, started, inode } : null
}
