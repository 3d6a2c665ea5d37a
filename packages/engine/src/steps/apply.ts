import type { Began, JournalEntry, Observation, PlainMap, Row, Uid } from '@forgeplan/model'
import { lateDigests, specDigest } from '@forgeplan/planner'
import type { Applied, Verb } from '@forgeplan/sdk'
import { calling } from '../calls.ts'
import { deadlineOf } from '../deadlines.ts'
import { takeApplied } from '../hostile.ts'
import { sha256 } from '../identity.ts'
import type { At, Place } from '../run.ts'
import { targetOf } from '../target.ts'

/** What an operation is to bring about, and under which settings. */
export type Aim = Pick<Began, 'inputs' | 'context'>

/** The `began` of this step, at this moment. */
export const beganEntry = (at: At, verb: Began['verb'], { inputs, context }: Aim): Began => ({
  verb,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
  handle: null,
  inputs,
  context,
})

interface Job {
  readonly place: Place
  readonly uid: Uid
  readonly verb: Verb
  readonly desired: PlainMap
}

/** One call of `apply`, with its answer read. */
export const applyOnce = async (at: At, { place, uid, verb, desired }: Job, seen: Observation): Promise<Applied> => {
  const row = at.run.ledger.row(uid) as Row
  const target = { ...targetOf(row, at.run.identity), parts: standingParts(at, place, { owner: row, desired }) }
  return calling(at, { ms: deadlineOf(row.address), uid }, async (call) =>
    takeApplied(await place.handler.apply(verb, target, desired, seen, call)),
  )
}

// An address in a mark is a hint, and a moved machine's parts have old ones.
const standingParts = ({ run }: At, { type }: Place, { owner, desired }: { readonly owner: Row; readonly desired: PlainMap }) =>
  (type.parts?.(owner.address, desired) ?? []).flatMap(({ address }) => {
    const row = run.ledger.rowAt(address)
    return row === undefined ? [] : [{ address, uid: row.uid }]
  })

interface Outcome {
  readonly applied: Applied
  readonly aim: Aim
  /** The inputs of the call, their late values fetched. */
  readonly desired: PlainMap
  readonly typeVersion: number
}

/** The success of a create, an update or a restart. */
export const appliedEntry = (
  at: At,
  uid: Uid,
  { applied, aim, desired, typeVersion }: Outcome,
): Extract<JournalEntry, { kind: 'applied' }> => ({
  kind: 'applied',
  uid,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
  id: applied.id,
  inputs: aim.inputs,
  outputs: at.run.redactor.map(applied.outputs),
  specDigest: specDigest(aim.inputs, sha256),
  resolved: lateDigests(at.address, aim.inputs, desired, sha256),
  context: aim.context,
  typeVersion,
})
