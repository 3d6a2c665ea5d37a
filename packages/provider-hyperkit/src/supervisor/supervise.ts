import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import type { Boot } from '../home/boots.ts'
import { claimBoot } from '../home/boots.ts'
import { writeDurably } from '../home/files.ts'
import { endGuest } from '../home/guest-process.ts'
import { fileNames } from '../home/home.ts'
import { openConsole } from './console.ts'
import type { Console } from './console.ts'

/** Why the machine ends; the first cause counts. */
export interface Ending {
  readonly code: number
  readonly why: string
}

/** What a running machine finds around it. The working directory is the machine's own. */
export interface Around {
  readonly boot: Boot
  readonly output: Console
  /** Tells the starter that the machine runs. */
  readonly started: () => void
}

/** One kind of machine: what it does from its boot to its end, and what it leaves running is nothing. */
export type Body = (around: Around) => Promise<Ending>

/** Who is supervised, and what its console is called. */
export interface Supervised {
  readonly uid: string
  readonly body: Body
  readonly console: string
}

/** Owns the machine whose directory is the working directory, until it ends. Returns the exit code. */
export const supervise = async ({ uid, body, console }: Supervised, report: (text: string) => void): Promise<number> => {
  const boot = await takeOver(uid)
  if (boot === null) {
    report('held')
    return 0
  }
  const ending = await body({ boot, output: openConsole(console), started: () => report('running') })
  if (existsSync(fileNames.machine)) await writeDurably(fileNames.exit, exitJson(boot, ending))
  // Of no use to a starter that has heard that the machine runs.
  report(ending.why)
  return ending.code
}

/** Becomes the owner; `null` if another process is, or if the directory was taken away meanwhile. */
const takeOver = async (uid: string): Promise<Boot | null> => {
  const boot = await claimBoot('.')
  if (boot === null || !(await standsAt(uid))) return null
  await endGuest('.')
  await rm(fileNames.exit, { force: true })
  await writeDurably(fileNames.pid, `${boot.pid}\n`)
  return boot
}

// A delete renames the directory before it looks for an owner: either it sees our boot file, or we see the rename.
const standsAt = async (uid: string): Promise<boolean> => {
  const here = await stat('.')
  const there = await stat(`../${uid}`).catch(() => undefined)
  return there !== undefined && here.dev === there.dev && here.ino === there.ino
}

/** Ends a machine without its directory: it belongs to nobody and would run for ever. */
export const onVanished = (): Promise<Ending> =>
  new Promise((resolve) => {
    setInterval(() => {
      if (!existsSync(fileNames.machine)) resolve({ code: 1, why: 'directory removed' })
    }, 1000)
  })

const exitJson = (boot: Boot, { code, why }: Ending): string => `${JSON.stringify({ boot: boot.number, code, why })}\n`
