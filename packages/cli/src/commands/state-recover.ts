import { recover } from '@forgeplan/engine'
import type { JournalEntry } from '@forgeplan/model'
import { foldAll } from '@forgeplan/planner'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { confirm } from '../line/confirm.ts'
import { systemClock } from '@forgeplan/engine'
import { openState, takeLease } from '../line/open-store.ts'
import { prepare } from '../line/prepare.ts'
import { openWorldsFor } from '../line/worlds.ts'
import { failure } from '../stop.ts'

export interface RecoverOptions {
  readonly autoApprove?: boolean
  /** Milliseconds. */
  readonly lockTimeout: number
}

/** `forge state recover`: rows from the marks that stand on the objects; rows that the state still holds are kept. */
export const stateRecover = async (invocation: Invocation, options: RecoverOptions): Promise<ExitCode> => {
  const prepared = await prepare(invocation, 'make')
  const { desired, secrets } = prepared
  await using store = await openState(invocation, desired.stack, 'write')
  await using lease = await takeLease(invocation, store, options.lockTimeout)
  const state = store.load()
  await using worlds = await openWorldsFor({ invocation, desired, state, secrets })
  const signal = invocation.shell.interrupts.stop
  const entries = await recover({ desired, state, worlds, clock: systemClock, signal })
  const answer = await confirm(invocation, { text: question(entries), expected: 'yes', autoApprove: options.autoApprove === true })
  if (answer !== null) return answer
  const after = foldAll(state, await lease.append(entries))
  await lease.snapshot(after)
  invocation.terminal.out(`Recovered ${String(after.rows.size)} objects of ${after.stack}. Run forge plan to see what may differ.\n`)
  return exits.ok
}

const question = (entries: readonly JournalEntry[]): string => {
  const rows = entries.flatMap((entry) => (entry.kind === 'recovered' ? [entry.row] : []))
  if (rows.length === 0)
    throw failure('FORGE6020', 'Nothing to recover', 'No object carries a mark of this stack that the state does not know.')
  return `Take in ${String(rows.length)} objects?\n${rows.map((row) => `  ${row.address}  ${row.uid}`).join('\n')}`
}
