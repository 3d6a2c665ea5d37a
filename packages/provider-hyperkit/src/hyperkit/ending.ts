import type { Exit } from '../supervisor/hypervisor.ts'
import type { Ending } from '../supervisor/supervise.ts'

/** Tells apart how a hyperkit machine ended, by its exit code (hyperkit's src/hyperkit.c: 0 power-off, 2 reset, 3 triple fault). */
export const endingOf = (exit: Exit, done: { readonly pressed: boolean; readonly pulled: boolean }): Ending => ({
  code: exit.code,
  why: whyOf(exit, done).slice(0, 199),
})

const whyOf = ({ code, signal, lastWords }: Exit, { pressed, pulled }: { readonly pressed: boolean; readonly pulled: boolean }): string => {
  if (pulled) return 'powered off by force'
  if (signal !== null) return signal === 'SIGKILL' ? 'killed' : `crashed (${signal})`
  if (code === 0) return pressed ? 'shut down' : 'powered off by its guest'
  if (code === 2) return 'rebooted by its guest'
  if (code === 3) return 'crashed (triple fault)'
  return `exit code ${code}${lastWords === '' ? '' : ` (${lastWords})`}`
}
