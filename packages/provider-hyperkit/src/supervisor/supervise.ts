import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Boot } from '../home/boots.ts'
import { claimBoot } from '../home/boots.ts'
import { writeDurably } from '../home/files.ts'
import { endGuest } from '../home/guest-process.ts'
import { fileNames } from '../home/home.ts'
import type { StubKnobs } from '../machine-type.ts'
import type { CommandLine } from '../stub/command-line.ts'
import { openConsole } from './console.ts'
import type { Console } from './console.ts'
import type { Guest } from './guest.ts'

/** Why the machine ends; the first cause counts. */
interface Ending {
  readonly code: number
  readonly why: string
  /** The guest is asked before it is killed. */
  readonly gently: boolean
}

/** Owns the machine whose directory is the working directory, until it ends. Returns the exit code. */
export const supervise = async (line: CommandLine, report: (text: string) => void): Promise<number> => {
  const boot = await takeOver(line.uid)
  if (boot === null) {
    report('held')
    return 0
  }
  const powerButton = onPowerButton(line.knobs)
  const output = openConsole(fileNames.console)
  output.write(`forge stub: boot ${boot.number} of ${line.uid}\n`)
  report('running')
  const ending = await run(line.knobs, output, powerButton)
  output.write(`forge stub: ${ending.why}\n`)
  if (existsSync(fileNames.machine)) await writeDurably(fileNames.exit, exitJson(boot, ending))
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

const run = async (knobs: StubKnobs, output: Console, powerButton: Promise<Ending>): Promise<Ending> => {
  const vanished = onVanished()
  const early = await Promise.race([powerButton, vanished, delay(knobs.bootDelay ?? 0)])
  if (early !== undefined) return early
  const crash = crashOf(knobs)
  if (crash !== undefined && crash.after === 0) return crash.ending
  // Loaded only now, so that whoever waits for the start does not wait for this.
  const { bootGuest } = await import('./guest.ts')
  const guest = await bootGuest(output).catch(() => undefined)
  if (guest === undefined) return { code: 1, why: 'no usable data image', gently: false }
  const crashed = crash === undefined ? [] : [delay(crash.after, crash.ending)]
  const ending = await Promise.race([powerButton, vanished, onGuestEnd(guest), ...crashed])
  if (ending.gently) await guest.terminate()
  await guest.kill()
  return ending
}

const onPowerButton = (knobs: StubKnobs): Promise<Ending> =>
  new Promise((resolve) => {
    for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined)
    process.on('SIGTERM', () => {
      if (knobs.ignoreTerm !== true) resolve({ code: 0, why: 'shut down', gently: true })
    })
  })

// A machine without its directory belongs to nobody and would run for ever.
const onVanished = (): Promise<Ending> =>
  new Promise((resolve) => {
    setInterval(() => {
      if (!existsSync(fileNames.machine)) resolve({ code: 1, why: 'directory removed', gently: false })
    }, 1000)
  })

const onGuestEnd = async (guest: Guest): Promise<Ending> => {
  const code = await guest.failed
  return { code, why: `exit code ${code}`, gently: false }
}

const crashOf = (knobs: StubKnobs): { readonly after: number; readonly ending: Ending } | undefined => {
  if (knobs.crashAfter === undefined && knobs.exitCode === undefined) return undefined
  const code = knobs.exitCode ?? 3
  return { after: knobs.crashAfter ?? 0, ending: { code, why: `exit code ${code}`, gently: false } }
}

const exitJson = (boot: Boot, { code, why }: Ending): string => `${JSON.stringify({ boot: boot.number, code, why })}\n`
