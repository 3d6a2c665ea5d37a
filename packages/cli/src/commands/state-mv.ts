import type { Address, Context, Row, State } from '@forgeplan/model'
import { rowAt, unitOf } from '@forgeplan/model'
import { contextIdOf } from '@forgeplan/planner'
import type { Lease, Store } from '@forgeplan/store'
import { sha256 } from '../inputs/digest.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { takeLease } from '../line/open-store.ts'
import { addressNamed, rowNamed } from '../line/row-named.ts'
import { failure } from '../stop.ts'

/** `forge state mv FROM TO`: another address for the same object. Touches the journal only. */
export const stateMove = async (
  invocation: Invocation,
  options: { readonly from: string; readonly to: string; readonly lockTimeout: number },
): Promise<ExitCode> => {
  await using store: Store = await openExisting(invocation, 'write')
  await using lease = await takeLease(invocation, store, options.lockTimeout)
  const state = store.load()
  const row = rowNamed(state, options.from)
  const to = addressNamed(options.to)
  checkFree(state, row, to)
  await journalMove(lease, state, row, to)
  invocation.terminal.out(`Moved ${row.address} to ${to}. Give it the same address in the configuration.\n`)
  return exits.ok
}

const checkFree = (state: State, row: Row, to: Address): void => {
  if (row.phase.kind === 'released') throw failure('FORGE6018', 'Released', `${row.address} is released; there is nothing to move.`)
  if (rowAt(state, to) !== undefined)
    throw failure('FORGE6003', 'The address is taken', `Something else is at ${to}. An address never holds two objects.`)
}

const journalMove = async (lease: Lease, state: State, row: Row, to: Address): Promise<void> => {
  const before = state.contexts.get(row.context)
  if (before === undefined) throw failure('FORGE6020', 'The state is incomplete', `The state does not know where ${row.address} came from.`)
  const context: Context = { ...before, unit: unitOf(to) }
  const id = contextIdOf(context, sha256)
  await lease.append([
    { kind: 'context', id, context },
    { kind: 'moved', uid: row.uid, to, context: id },
  ])
}
