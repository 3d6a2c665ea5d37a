import type { Began, ContextId, JournalEntry, Observation, PlainMap, Row, Uid, ValueMap } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { specDigest } from '@forgeplan/planner'
import type { Applied, Verb } from '@forgeplan/sdk'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { StepFailure } from '../errors.ts'
import { takeApplied } from '../hostile.ts'
import { sha256 } from '../identity.ts'
import type { At, Place } from '../run.ts'
import { targetOf } from '../target.ts'

/** The `began` of this step, at this moment. */
export const beganEntry = (at: At, verb: Began['verb'], inputs: ValueMap): Began => ({
  verb,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
  handle: null,
  inputs,
  context: contextIdFor(at),
})

const contextIdFor = ({ run, address }: At): ContextId => {
  const held = run.ledger.rowAt(address)?.context
  const configured = run.contexts.get(unitOf(address))?.id
  const id = configured ?? held
  if (id === undefined) throw new StepFailure('internal', `Nothing is known about the unit of ${address}.`)
  return id
}

interface Job {
  readonly place: Place
  readonly uid: Uid
  readonly verb: Verb
  readonly desired: PlainMap
}

/** One call of `apply`, with its answer read. */
export const applyOnce = async (at: At, { place, uid, verb, desired }: Job, seen: Observation): Promise<Applied> => {
  const target = targetOf(at.run.ledger.row(uid) as Row, at.run.identity)
  return calling(at, { ms: deadlines.apply, uid }, async (call) =>
    takeApplied(await place.handler.apply(verb, target, desired, seen, call)),
  )
}

interface Outcome {
  readonly applied: Applied
  readonly inputs: ValueMap
  readonly typeVersion: number
}

/** The success of a create, an update or a restart. */
export const appliedEntry = (at: At, uid: Uid, { applied, inputs, typeVersion }: Outcome): JournalEntry => ({
  kind: 'applied',
  uid,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
  id: applied.id,
  inputs,
  outputs: at.run.redactor.map(applied.outputs),
  specDigest: specDigest(inputs, sha256),
  context: contextIdFor(at),
  typeVersion,
})
