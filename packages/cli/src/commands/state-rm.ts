import type { JournalEntry, Row, State } from '@forgeplan/model'
import type { Store } from '@forgeplan/store'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { makeSecretReader } from '../inputs/secret-sources.ts'
import { givenVariables } from '../inputs/variables.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { takeLease } from '../line/open-store.ts'
import { rowNamed } from '../line/row-named.ts'
import { takeMarkOff } from '../line/take-mark-off.ts'
import { failure } from '../stop.ts'

export interface RemoveOptions {
  readonly keepMark?: boolean
  /** Milliseconds. */
  readonly lockTimeout: number
}

/** `forge state rm ADDRESS`: the object keeps standing, and forge lets go of it. */
export const stateRemove = async (invocation: Invocation, address: string, options: RemoveOptions): Promise<ExitCode> => {
  await using store: Store = await openExisting(invocation, 'write')
  await using lease = await takeLease(invocation, store, options.lockTimeout)
  const state = store.load()
  const row = rowNamed(state, address)
  checkWhole(row)
  await lease.append([await letGo(invocation, state, row, options)])
  invocation.terminal.out(`Removed ${row.address} from the state. The object itself was left standing.\n`)
  return exits.ok
}

// What was begun may or may not exist; forgetting it now could orphan it.
const checkWhole = (row: Row): void => {
  if (row.phase.kind === 'live' || row.phase.kind === 'released') return
  const detail = `An operation on ${row.address} has no outcome yet. Run forge apply first, which finds out what became of it.`
  throw failure('FORGE6020', 'Not finished', detail)
}

const letGo = async (invocation: Invocation, state: State, row: Row, options: RemoveOptions): Promise<JournalEntry> => {
  // A mark that stays is claimed by the released row, so that the object never comes back as an orphan.
  if (options.keepMark) return { kind: 'released', uid: row.uid, why: 'removed-from-state' }
  const secrets = makeSecretReader(invocation, await givenVariables(invocation, []))
  await takeMarkOff({ invocation, state, row, secrets })
  return { kind: 'forgotten', uid: row.uid }
}
