import { historyJson, historyText, talliesOf } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'

/** `forge state history`: the runs that the journal still holds. */
export const stateHistory = async (invocation: Invocation, options: { readonly json?: boolean }): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const runs = store.revisions()
  const tallies = talliesOf(store.records())
  invocation.terminal.out(options.json ? historyJson(runs, tallies) : historyText(runs, tallies))
  return exits.ok
}
