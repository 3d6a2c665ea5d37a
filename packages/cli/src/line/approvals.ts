import type { AskingGate, ExecuteRequest } from '@forgeplan/engine'
import type { Event, StepId } from '@forgeplan/model'
import { gateName } from '@forgeplan/model'
import type { Invocation } from '../invocation.ts'
import type { RunView } from '../view/run-view.ts'

/** Who agrees to what during one run, and what is left to agree to. */
export interface Approvals {
  /** Asks a person on the terminal; undefined where there is nobody. */
  readonly ask: ExecuteRequest['ask'] | undefined
  /** Every event of the run, before it is shown. */
  see(event: Event): void
  /** Names for the command that goes on: those that were given and are not used up, and those that were missing. */
  left(): readonly string[]
  /** The run is over: nobody waits for an answer any more. */
  end(): void
}

/** Approvals of one run. `given` are the names of `--approve`. */
export const makeApprovals = (invocation: Invocation, view: Pick<RunView, 'aside'>, given: readonly string[]): Approvals => {
  const left = new Set(given)
  const shown = new Map<StepId, () => void>()
  const over = new AbortController()
  const signal = AbortSignal.any([invocation.shell.interrupts.stop, over.signal])
  let last: Promise<unknown> = Promise.resolve()
  const ask = (gate: AskingGate): Promise<boolean> => {
    // The lines before the question come first, and one question comes after the other.
    const told = new Promise<void>((resolve) => shown.set(gate.step, resolve))
    const answer = Promise.all([told, last]).then(() => view.aside(() => askPerson(invocation, gate, signal)))
    last = answer.catch(() => undefined)
    return answer
  }
  return {
    ask: invocation.terminal.interactive ? ask : undefined,
    see: (event) => {
      if (event.kind === 'gate-asking') setImmediate(() => shown.get(event.step)?.())
      if (event.kind === 'gate-passed') left.delete(gateName(event.step))
      if (event.kind === 'gate-stopped' && event.cause === 'unapproved') left.add(gateName(event.step))
    },
    left: () => [...left],
    end: () => over.abort(),
  }
}

const askPerson = async ({ terminal }: Invocation, { unit }: AskingGate, signal: AbortSignal): Promise<boolean> => {
  if (signal.aborted) return false
  const answer = await terminal.ask(`\nGo on with ${unit}? Only 'yes' goes on: `, signal)
  return answer?.trim() === 'yes'
}
