import { gateName } from '@forgeplan/model'
import { Cancelled } from '../errors.ts'
import type { At } from '../run.ts'
import { checkHalt } from '../run.ts'
import type { GateEnd, GateStep } from './gate.ts'

/**
 * Whether a person lets the run go on: beforehand by the gate's name, or when asked now. `count`: how the members do.
 * @throws Cancelled when the run halts before the answer.
 */
export const approval = async (at: At, step: GateStep, count: { readonly healthy: number; readonly need: number }): Promise<GateEnd> => {
  const { run } = at
  const { unit } = step.gate
  const name = gateName(step.id)
  if (run.approvals.given.has(name)) return { kind: 'pass' }
  checkHalt(run)
  run.emit({ kind: 'gate-asking', at: run.clock.now(), step: step.id, unit })
  const ask = run.approvals.ask
  if (ask !== undefined && (await unlessHalted(at, ask({ step: step.id, unit, name })))) return { kind: 'pass' }
  const who = ask === undefined ? 'nobody is here to approve it' : 'it was not approved'
  const why = `${who}; apply the saved plan again with --approve ${name}`
  return { kind: 'stop', ...count, cause: 'unapproved', why }
}

// A person may take for ever, and an interrupted run does not wait for them.
const unlessHalted = async ({ run }: At, answer: Promise<boolean>): Promise<boolean> => {
  if (run.halt.aborted) throw new Cancelled()
  const over = new AbortController()
  const halted = new Promise<never>((_, reject) =>
    run.halt.addEventListener('abort', () => reject(new Cancelled()), { once: true, signal: over.signal }),
  )
  try {
    return await Promise.race([answer, halted])
  } finally {
    over.abort()
  }
}
