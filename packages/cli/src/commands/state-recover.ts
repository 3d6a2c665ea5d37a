import { recover } from '@forgeplan/engine'
import type { Row, State } from '@forgeplan/model'
import { foldAll } from '@forgeplan/planner'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { confirm } from '../line/confirm.ts'
import { systemClock } from '@forgeplan/engine'
import { openState, takeLease } from '../line/open-store.ts'
import { prepare } from '../line/prepare.ts'
import { openWorldsFor } from '../line/worlds.ts'
import { failure } from '../stop.ts'

export interface RecoverOptions {
  readonly autoApprove?: boolean
  /** Milliseconds. */
  readonly lockTimeout: number
}

/** `forge state recover`: rows from the marks on objects that the state does not know; rows that it holds stay as they are. */
export const stateRecover = async (invocation: Invocation, options: RecoverOptions): Promise<ExitCode> => {
  const prepared = await prepare(invocation, 'make')
  const { desired, secrets } = prepared
  await using store = await openState(invocation, desired.stack, 'write')
  await using lease = await takeLease(invocation, store, options.lockTimeout)
  const state = store.load()
  await using worlds = await openWorldsFor({ invocation, desired, state, secrets })
  const signal = invocation.shell.interrupts.stop
  const entries = await recover({ desired, state, worlds, clock: systemClock, signal })
  const rows = entries.flatMap((entry) => (entry.kind === 'recovered' ? [entry.row] : []))
  if (rows.length === 0) return nothingLost(invocation, state)
  const answer = await confirm(invocation, { text: question(rows), expected: 'yes', autoApprove: options.autoApprove === true })
  if (answer !== null) return answer
  const after = foldAll(state, await lease.append(entries))
  await lease.snapshot(after)
  invocation.terminal.out(`${recovered(rows, state, after)} Run forge plan to see what may differ.\n`)
  return exits.ok
}

type Recovered = Omit<Row, 'version'>

// With an empty state somebody has lost something, and it is not here.
const nothingLost = ({ terminal }: Invocation, state: State): ExitCode => {
  if (state.rows.size === 0)
    throw failure(
      'FORGE6020',
      'Nothing to recover',
      `No object carries a mark of ${state.stack}. Is this the right folder, environment and provider?`,
    )
  terminal.out(`Nothing to recover: the state knows every object that carries a mark of ${state.stack}.\n`)
  return exits.ok
}

const shown = 20

const question = (rows: readonly Recovered[]): string => {
  const lines = rows
    .slice(0, shown)
    .map(({ address, uid, phase }) => `  ${address}  ${uid}${phase.kind === 'released' ? '  (released)' : ''}`)
  const more = rows.length > shown ? [`  ... and ${String(rows.length - shown)} more`] : []
  return [`Take ${objects(rows.length)} into the state?`, ...lines, ...more].join('\n')
}

const recovered = (rows: readonly Recovered[], before: State, after: State): string => {
  const now = before.rows.size === 0 ? '' : ` The state now holds ${String(after.rows.size)}.`
  return `Recovered ${objects(rows.length)} of ${after.stack}.${now}`
}

const objects = (count: number): string => (count === 1 ? '1 object' : `${String(count)} objects`)
