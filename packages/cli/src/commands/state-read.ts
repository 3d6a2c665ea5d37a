import type { Row } from '@forgeplan/model'
import { stateList, stateListJson, stateListText, stateShow, stateShowJson } from '@forgeplan/report'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { fits } from '../line/patterns.ts'
import { rowNamed } from '../line/row-named.ts'
import { rowSchemas } from '../line/row-schemas.ts'

/** `forge state list`: one address per line. */
export const listState = async (
  invocation: Invocation,
  pattern: string | undefined,
  options: { readonly json?: boolean },
): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const rows: readonly Row[] = stateList(store.load()).filter((row) => fits(row.address, pattern))
  invocation.terminal.out(options.json ? stateListJson(rows) : stateListText(rows))
  return exits.ok
}

/** `forge state show ADDRESS`: one object as the state knows it. */
export const showRow = async (invocation: Invocation, address: string, options: { readonly json?: boolean }): Promise<ExitCode> => {
  await using store = await openExisting(invocation, 'read')
  const state = store.load()
  const row = rowNamed(state, address)
  const context = state.contexts.get(row.context)
  const { terminal } = invocation
  const look = { color: terminal.outColor, width: terminal.width }
  const schemas = await rowSchemas(invocation, row, context)
  terminal.out(options.json ? stateShowJson(row, context, schemas) : stateShow(row, context, schemas, look))
  return exits.ok
}
