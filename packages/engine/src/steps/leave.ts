import type { Context, ContextId, FlavorUse, PlainMap, Row, Uid } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'
import { perform } from '../attempts.ts'
import { calling, progress } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { Cancelled, StepFailure } from '../errors.ts'
import { flavorConfig, handleFor } from '../inputs.ts'
import type { At, Run } from '../run.ts'
import { changeFor, failureIn } from '../run.ts'
import { doneEntry } from './remove.ts'

/** Tells the flavor of a member that it is gone. A failure is only told: the member does not come back by stopping. */
export const leave = async (at: At): Promise<void> => {
  const { run } = at
  const change = changeFor(at, 'delete', 'replace', 'create')
  const uid = change.action === 'create' ? change.replaces : change.uid
  const leaving = uid === null ? null : leavingOf(at, uid)
  if (leaving !== null) await tellOrWarn(at, leaving)
  await run.ledger.append([doneEntry(at)])
}

interface Leaving {
  readonly uid: Uid
  /** The last known; empty where a run that was cut off deleted the member. */
  readonly outputs: PlainMap
  readonly context: { readonly id: ContextId; readonly context: Context }
  readonly use: FlavorUse
  readonly flavor: Flavor
}

const leavingOf = (at: At, uid: Uid): Leaving | null => {
  const { run } = at
  const row: Row | undefined = run.departed.get(uid) ?? run.start.state.rows.get(uid)
  const id = row?.context ?? lastContext(at)
  const context = id === undefined ? undefined : run.ledger.context(id)
  const use = context?.flavor ?? null
  const flavor = use === null ? undefined : run.worlds.flavors.get(use.plugin)
  if (id === undefined || context === undefined || use === null || flavor?.left === undefined) return null
  return { uid, outputs: row?.outputs ?? {}, context: { id, context }, use, flavor }
}

// Nothing says any more under which settings the member stood: most likely under the last that its unit had.
const lastContext = ({ run, address }: { readonly run: Run; readonly address: At['address'] }): ContextId | undefined =>
  [...run.start.state.contexts].findLast(([, context]) => context.unit === unitOf(address))?.[0]

const tellOrWarn = async (at: At, leaving: Leaving): Promise<void> => {
  const who = `The flavor ${leaving.use.name}`
  try {
    await perform<void>(
      at,
      { kind: 'absent' },
      {
        place: { who },
        uid: leaving.uid,
        // Says nothing new, and is journaled for the lease's sake: its check is the last act before something is touched.
        begin: () => [{ kind: 'context', ...leaving.context }],
        call: () => callLeft(at, leaving),
        look: async () => ({ kind: 'absent' }),
      },
    )
  } catch (error) {
    at.run.ledger.broken.throwIfAborted()
    const failure = failureIn(at.run, error, who)
    if (error instanceof Cancelled || failure.kind === 'cancelled') throw new StepFailure(failure.kind, failure.message)
    progress(at, `Warning: it is gone, and its flavor could not be told of that. ${failure.message}`)
  }
}

const callLeft = async (at: At, { uid, outputs, use, flavor }: Leaving): Promise<void> => {
  const config = await flavorConfig(at.run, use, at.address)
  const member = handleFor(at.run, { address: at.address, uid, outputs }, null)
  await calling(at, { ms: deadlines.leave, uid: null }, async (call) => flavor.left?.(config, member, call))
}
