import type { Address, Context, JournalEntry, Row, State } from '@forgeplan/model'
import { rowAt, unitOf, versionOf } from '@forgeplan/model'
import { contextIdOf, renamesOf } from '@forgeplan/planner'
import { sha256 } from '../inputs/digest.ts'
import { failure } from '../stop.ts'

/** What gives a row and its parts other addresses, as `moved` in the configuration would. @throws Stop when they cannot have them. */
export const moveEntries = (state: State, row: Row, to: Address): readonly JournalEntry[] => {
  if (row.phase.kind === 'released') throw failure('FORGE6018', 'Released', `${row.address} is released; there is nothing to move.`)
  checkKind(state, row, to)
  const held = new Map([...state.rows.values()].flatMap((one) => (one.phase.kind === 'released' ? [] : [[one.address, one] as const])))
  return renamesOf({ from: row.address, to }, held).flatMap(({ from, to: address }) => {
    if (held.has(address)) throw taken(address)
    return entriesFor(state, rowAt(state, from) ?? row, address)
  })
}

const checkKind = (state: State, { address, type }: Row, to: Address): void => {
  if (versionOf(address) !== undefined)
    throw failure(
      'FORGE6003',
      'An image stays where it is',
      `${address} is named after what it holds. Rename the block: the next apply pushes the image anew.`,
    )
  if (kindOf(address) !== kindOf(to))
    throw failure('FORGE6003', 'Not an address for it', `${address} is a ${kindOf(address)}, and ${to} would be a ${kindOf(to)}.`)
  const sibling = [...state.rows.values()].find(
    (row) => row.phase.kind !== 'released' && unitOf(row.address) === unitOf(to) && kindOf(row.address) === kindOf(to),
  )
  if (sibling !== undefined && sibling.type !== type)
    throw failure(
      'FORGE6003',
      'Another type',
      `${unitOf(to)} holds objects of the type ${sibling.type}; ${address} is of the type ${type}.`,
    )
}

// Members of groups and lone instances can become each other; a part stays what it is.
const kindOf = (address: Address): string => {
  const kind = address.slice(0, address.indexOf('.'))
  return kind === 'group' || kind === 'instance' ? 'machine' : kind
}

const taken = (address: Address): Error =>
  failure('FORGE6003', 'The address is taken', `Something else is at ${address}. An address never holds two objects.`)

const entriesFor = (state: State, { uid, address, context: before }: Row, to: Address): readonly JournalEntry[] => {
  const known = state.contexts.get(before)
  if (known === undefined) throw failure('FORGE6020', 'The state is incomplete', `The state does not know where ${address} came from.`)
  const context: Context = { ...known, unit: unitOf(to) }
  const id = contextIdOf(context, sha256)
  return [
    { kind: 'context', id, context },
    { kind: 'moved', uid, to, context: id },
  ]
}
