import { canonicalJson } from '@forgeplan/model'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { fits } from '../line/patterns.ts'
import { rowNamed } from '../line/row-named.ts'
import { rowJson, rowsOf, rowText } from '../line/state-text.ts'

/** `forge state list`: one address per line. */
export const stateList = async (
  invocation: Invocation,
  pattern: string | undefined,
  options: { readonly json?: boolean },
): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  const rows = rowsOf(state).filter((row) => fits(row.address, pattern))
  if (options.json) invocation.terminal.out(`${canonicalJson(rows.map((row) => rowJson(state, row)))}\n`)
  else invocation.terminal.out(rows.map((row) => `${row.address}${row.phase.kind === 'released' ? '  (released)' : ''}\n`).join(''))
  return exits.ok
}

/** `forge state show ADDRESS`: one object as the state knows it. */
export const stateShow = async (invocation: Invocation, address: string, options: { readonly json?: boolean }): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  const row = rowNamed(state, address)
  invocation.terminal.out(options.json ? `${canonicalJson(rowJson(state, row))}\n` : `${rowText(state, row)}\n`)
  return exits.ok
}
