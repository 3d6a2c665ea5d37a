import { letGo, systemClock } from '@forgeplan/engine'
import type { Context, Desired, Row, State } from '@forgeplan/model'
import type { Lease, Store } from '@forgeplan/store'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import { makeSecretReader } from '../inputs/secret-sources.ts'
import { givenVariables } from '../inputs/variables.ts'
import type { Invocation } from '../invocation.ts'
import { openExisting } from '../line/open-existing.ts'
import { takeLease } from '../line/open-store.ts'
import { rowNamed } from '../line/row-named.ts'
import { openWorldsFor } from '../line/worlds.ts'
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
  // A mark that stays is claimed by the released row, so that the object never comes back as an orphan.
  if (options.keepMark) await lease.append([{ kind: 'released', uid: row.uid, why: 'removed-from-state' }])
  else await takeOut(invocation, { state, row, lease })
  invocation.terminal.out(`Removed ${row.address} from the state. The object itself was left standing.\n`)
  return exits.ok
}

// What was begun may or may not exist; forgetting it now could orphan it. Letting go itself can be begun again.
const checkWhole = ({ phase, address }: Row): void => {
  if (phase.kind === 'live' || phase.kind === 'released') return
  if (phase.kind === 'changing' && phase.began.verb === 'mark') return
  const detail = `An operation on ${address} has no outcome yet. Run forge apply first, which finds out what became of it.`
  throw failure('FORGE6020', 'Not finished', detail)
}

interface Leaving {
  readonly state: State
  readonly row: Row
  readonly lease: Lease
}

const takeOut = async (invocation: Invocation, { state, row, lease }: Leaving): Promise<void> => {
  const context = state.contexts.get(row.context)
  if (context === undefined)
    throw failure('FORGE6020', 'The state is incomplete', `The state does not know where ${row.address} came from.`)
  const { values } = await givenVariables(invocation, [])
  const secrets = makeSecretReader(invocation, values)
  const alone: State = { ...state, rows: new Map([[row.uid, row]]) }
  await using worlds = await openWorldsFor({ invocation, desired: nothingBut(context, state), state: alone, secrets })
  const { stop, abort } = invocation.shell.interrupts
  await letGo({ row, state, worlds, journal: lease, clock: systemClock, signals: { stop, abort } })
}

const nothingBut = ({ provider }: Context, { stack }: State): Desired => ({
  stack,
  providers: [provider],
  units: [],
  outputs: [],
  moved: [],
  maxDestroy: { kind: 'count', count: 0 },
  requires: [],
})
