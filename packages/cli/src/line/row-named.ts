import type { Address, Row, State } from '@forgeplan/model'
import { parseAddress, rowAt } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'
import { nearest } from '../inputs/nearest.ts'
import { failure } from '../stop.ts'

/** The address that a user typed. @throws Stop when it is none. */
export const addressNamed = (text: string): Address => {
  const address = parseAddress(text)
  if (address !== undefined) return address
  throw failure('FORGE6003', 'Not an address', `${escapeText(text)} is not an address such as group.web/1 or instance.nfs.`)
}

/** The row at the address that a user typed; a released one counts when nothing else is there. @throws Stop when there is none. */
export const rowNamed = (state: State, text: string): Row => {
  const address = addressNamed(text)
  const row = rowAt(state, address) ?? [...state.rows.values()].find((candidate) => candidate.address === address)
  if (row !== undefined) return row
  const near = nearest(
    text,
    [...state.rows.values()].map((candidate) => candidate.address),
  )
  const hint = near === undefined ? 'forge state list shows what there is.' : `Did you mean ${near}?`
  throw failure('FORGE6018', 'Not in the state', `The state holds nothing at ${address}. ${hint}`)
}
