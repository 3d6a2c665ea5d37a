import { setTimeout as delay } from 'node:timers/promises'
import type { StubKnobs } from '../machine-type.ts'
import type { Console } from '../supervisor/console.ts'
import type { Guest } from '../supervisor/guest.ts'
import type { Body, Ending as Outcome } from '../supervisor/supervise.ts'
import { onVanished } from '../supervisor/supervise.ts'
import type { CommandLine } from './command-line.ts'

interface Ending extends Outcome {
  /** The guest is asked before it is killed. */
  readonly gently?: true
}

/** A machine without a hypervisor: its guest is a process group of this host. */
export const stubBody =
  ({ uid, knobs }: CommandLine): Body =>
  async ({ boot, output, started }) => {
    const powerButton = onPowerButton(knobs)
    output.write(`forge stub: boot ${boot.number} of ${uid}\n`)
    started()
    const ending = await run(knobs, output, powerButton)
    output.write(`forge stub: ${ending.why}\n`)
    return ending
  }

const run = async (knobs: StubKnobs, output: Console, powerButton: Promise<Ending>): Promise<Ending> => {
  const vanished = onVanished()
  const early = await Promise.race<Ending | undefined>([powerButton, vanished, delay(knobs.bootDelay ?? 0)])
  if (early !== undefined) return early
  const crash = crashOf(knobs)
  if (crash !== undefined && crash.after === 0) return crash.ending
  // Loaded only now, so that whoever waits for the start does not wait for this.
  const { bootGuest } = await import('../supervisor/guest.ts')
  const guest = await bootGuest(output).catch(() => undefined)
  if (guest === undefined) return { code: 1, why: 'no usable data image' }
  const crashed = crash === undefined ? [] : [delay(crash.after, crash.ending)]
  const ending: Ending = await Promise.race<Ending>([powerButton, vanished, onGuestEnd(guest), ...crashed])
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

const onGuestEnd = async (guest: Guest): Promise<Ending> => {
  const code = await guest.failed
  return { code, why: `exit code ${code}` }
}

const crashOf = (knobs: StubKnobs): { readonly after: number; readonly ending: Ending } | undefined => {
  if (knobs.crashAfter === undefined && knobs.exitCode === undefined) return undefined
  const code = knobs.exitCode ?? 3
  return { after: knobs.crashAfter ?? 0, ending: { code, why: `exit code ${code}` } }
}
