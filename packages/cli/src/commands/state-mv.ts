import type { Store } from '@forgeplan/store'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { moveEntries } from '../line/move-row.ts'
import { openExisting } from '../line/open-existing.ts'
import { takeLease } from '../line/open-store.ts'
import { addressNamed, rowNamed } from '../line/row-named.ts'

/** `forge state mv FROM TO`: another address for the same object and its parts. Touches the journal only. */
export const stateMove = async (
  invocation: Invocation,
  options: { readonly from: string; readonly to: string; readonly lockTimeout: number },
): Promise<ExitCode> => {
  await using store: Store = await openExisting(invocation, 'write')
  await using lease = await takeLease(invocation, store, options.lockTimeout)
  const state = store.load()
  const row = rowNamed(state, options.from)
  const to = addressNamed(options.to)
  const entries = moveEntries(state, row, to)
  await lease.append(entries)
  const parts = entries.filter(({ kind }) => kind === 'moved').length - 1
  const along = parts === 0 ? '' : parts === 1 ? ' with its part' : ` with its ${String(parts)} parts`
  invocation.terminal.out(`Moved ${row.address} to ${to}${along}. Give it the same address in the configuration.\n`)
  return exits.ok
}
