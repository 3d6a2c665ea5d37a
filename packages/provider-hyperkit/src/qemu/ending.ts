import type { Exit } from '../supervisor/hypervisor.ts'
import type { Ending } from '../supervisor/supervise.ts'
import type { Seen } from './qmp.ts'

/** What the supervisor itself did before the machine ended. */
export interface Done {
  /** The power button was pressed. */
  readonly pressed: boolean
  /** The plug was pulled. */
  readonly pulled: boolean
}

/** Tells apart how a qemu machine ended: by its guest, by forge, from outside, or by a crash. */
export const endingOf = (exit: Exit, seen: Seen, done: Done): Ending => ({ code: exit.code, why: whyOf(exit, seen, done).slice(0, 199) })

const whyOf = (exit: Exit, { reason, panicked }: Seen, { pressed, pulled }: Done): string => {
  if (exit.signal !== null) return ofSignal(exit.signal, pulled)
  if (exit.code !== 0) return `exit code ${exit.code}${exit.lastWords === '' ? '' : ` (${exit.lastWords})`}`
  if (panicked || reason === 'guest-panic') return 'its guest panicked'
  if (reason === 'guest-reset') return 'rebooted by its guest'
  if (reason === 'guest-shutdown') return pressed ? 'shut down' : 'powered off by its guest'
  if (pulled) return 'powered off by force'
  return reason === 'host-signal' ? 'terminated from outside' : 'exit code 0'
}

const ofSignal = (signal: NodeJS.Signals, pulled: boolean): string => {
  if (pulled) return 'powered off by force'
  return signal === 'SIGKILL' ? 'killed' : `crashed (${signal})`
}
