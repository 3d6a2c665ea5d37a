import type { Address, Row, State } from '@forgeplan/model'
import { nearestAddress, parseAddress, rowAt } from '@forgeplan/model'
import { escapeText } from '@forgeplan/report'
import { failure } from '../stop.ts'

/** The address that a user typed; `known` are those that may have been meant. @throws Stop when it is none. */
export const addressNamed = (text: string, known: readonly Address[] = []): Address => {
  const address = parseAddress(text)
  if (address !== undefined) return address
  const near = nearestAddress(text, known)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw failure('FORGE6003', 'Not an address', `${escapeText(text)} is not an address such as group.web/1 or instance.nfs.${hint}`)
}

/** The row at the address that a user typed; a released one counts when nothing else is there. @throws Stop when there is none. */
export const rowNamed = (state: State, text: string): Row => {
  const known = [...state.rows.values()].map((candidate) => candidate.address)
  const address = addressNamed(text, known)
  const row = rowAt(state, address) ?? [...state.rows.values()].find((candidate) => candidate.address === address)
  if (row !== undefined) return row
  const near = nearestAddress(text, known)
  const hint = near === undefined ? 'forge state list shows what there is.' : `Did you mean ${near}?`
  throw failure('FORGE6018', 'Not in the state', `The state holds nothing at ${address}. ${hint}`)
}
