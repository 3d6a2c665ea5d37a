import type { Desired, Lineage, Row, State } from '@forgeplan/model'
import type { Call, Handler, Target } from '@forgeplan/sdk'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import { failure } from '../stop.ts'
import { systemClock } from '@forgeplan/engine'
import { openWorldsFor } from './worlds.ts'

/** Takes the mark off a standing object through its provider; an object that is gone has none. @throws Stop */
export const takeMarkOff = async (request: {
  readonly invocation: Invocation
  readonly state: State
  readonly row: Row
  readonly secrets: SecretReader
}): Promise<void> => {
  const { invocation, state, row, secrets } = request
  const context = state.contexts.get(row.context)
  if (context === undefined || state.lineage === null) throw unreadable(row, 'the state does not know its provider')
  await using worlds = await openWorldsFor({ invocation, desired: nothing(state, context.provider), state: only(state, row), secrets })
  const session = worlds.sessions.get(context.provider.name)
  const handler = session?.handlers.get(row.type)
  if (session?.realm !== row.realm || handler === undefined) throw unreadable(row, 'its provider points to another world')
  await unmark(handler, targetOf(row, state, state.lineage), callOf(invocation), row)
}

const unmark = async (handler: Handler, target: Target, call: Call, row: Row): Promise<void> => {
  const seen = (await handler.observe([target], call)).get(row.uid)
  if (seen?.kind === 'absent') return
  if (seen?.kind !== 'present' && seen?.kind !== 'detached') throw unreadable(row, `it reads as ${seen?.kind ?? 'unreadable'}`)
  if (handler.mark === undefined) throw unreadable(row, 'its provider cannot take a mark off')
  await handler.mark(target, null, call)
}

const unreadable = (row: Row, why: string): Error =>
  failure('FORGE6020', 'The mark cannot be taken off', `${row.address}: ${why}. With --keep-mark the state alone lets go of it.`)

const nothing = (state: State, provider: Desired['providers'][number]): Desired => ({
  stack: state.stack,
  providers: [provider],
  units: [],
  outputs: [],
  moved: [],
  maxDestroy: { kind: 'count', count: 0 },
  requires: [],
})

const only = (state: State, row: Row): State => ({ ...state, rows: new Map([[row.uid, row]]) })

const targetOf = (row: Row, state: State, lineage: Lineage): Target => ({
  uid: row.uid,
  address: row.address,
  type: row.type,
  mark: { lineage, stack: state.stack, uid: row.uid, address: row.address, generation: row.generation, specDigest: row.specDigest },
  id: row.id,
  handle: null,
  begunAt: null,
})

const callOf = ({ shell }: Invocation): Call => ({
  signal: shell.interrupts.stop,
  progress: () => undefined,
  record: () => Promise.resolve(),
  now: () => systemClock.now(),
  sleep: (ms) => systemClock.sleep(ms, shell.interrupts.stop),
})
