import type { Change, JournalEntry, Present, Reason, Row } from '@forgeplan/model'
import type { Flavor, Guest } from '@forgeplan/sdk'
import { calling, progress } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { Cancelled, StepFailure } from '../errors.ts'
import { flavorConfig, flavorOf, handleFor } from '../inputs.ts'
import { assertOurs, assertUnchanged, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { changeFor, checkHalt, failureIn } from '../run.ts'
import { targetOf } from '../target.ts'
import { doneEntry } from './remove.ts'
import { standingRow } from './standing.ts'

/**
 * Takes a member out of service. What does not run need not be drained. A drain that fails stops a roll; a member
 * that goes for good, without a successor, goes all the same, with a warning.
 */
export const drain = async (at: At): Promise<void> => {
  const { run } = at
  const change = changeFor(at, 'delete', 'replace', 'restart')
  if (run.ledger.row(change.uid) === undefined) return run.ledger.append([doneEntry(at)])
  const { row, place } = standingRow(at, change)
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  if (seen.kind === 'present') assertUnchanged(at, row, seen)
  const using = flavorOf(run, row)
  if (seen.kind === 'present' && seen.status.kind === 'running' && using !== null) await drainMember(at, { row, place, seen, ...using })
  await run.ledger.append([doneEntry(at)])
}

interface Draining {
  readonly row: Row
  readonly place: Place
  readonly seen: Present
  readonly use: { readonly name: string } & Parameters<typeof flavorConfig>[1]
  readonly flavor: Flavor
}

const drainMember = async (at: At, draining: Draining): Promise<void> => {
  const { run } = at
  // Journaled for the lease's sake: its check is the last act before something is touched.
  await run.ledger.append([observedEntry(draining.row, draining.seen)])
  checkHalt(run)
  run.touched.add(draining.row.uid)
  try {
    await callDrain(at, draining)
  } catch (error) {
    run.ledger.broken.throwIfAborted()
    const failure = failureIn(run, error, `The flavor ${draining.use.name}`)
    if (error instanceof Cancelled || isPartOfRoll(at, changeFor(at, 'delete', 'replace', 'restart')))
      throw new StepFailure(failure.kind, failure.message)
    progress(at, `Warning: it could not be drained and is deleted all the same. ${failure.message}`)
  }
}

// Who is unwell often cannot be asked, and is made anew for that very reason.
const isPartOfRoll = (at: At, { action, reason }: Extract<Change, { action: 'delete' | 'replace' | 'restart' }>): boolean =>
  (action !== 'delete' || reason.kind === 'succeeded-by') && whyOf(at, reason).kind !== 'unhealthy'

// Create-first, the successor knows why.
const whyOf = ({ run }: At, reason: Reason): Reason => {
  const next = reason.kind === 'succeeded-by' ? run.changes.get(reason.address) : undefined
  return next !== undefined && 'reason' in next && next.reason.kind === 'successor-of' ? next.reason.why : reason
}

const callDrain = async (at: At, { row, place, seen, use, flavor }: Draining): Promise<void> => {
  const config = await flavorConfig(at.run, use, row.address)
  const guest = await guestOf(at, { row, place, seen })
  await calling(at, { ms: deadlines.drain, uid: null }, async (call) =>
    flavor.drain?.(config, handleFor(at.run, { ...row, outputs: seen.outputs }, guest), call),
  )
}

/** The way into a machine; null where the provider has none. */
export const guestOf = async (at: At, { row, place, seen }: Pick<Draining, 'row' | 'place' | 'seen'>): Promise<Guest | null> => {
  if (place.type.guest === 'none' || place.handler.guest === undefined) return null
  return calling(
    at,
    { ms: deadlines.guest, uid: null },
    async (call) => (await place.handler.guest?.(targetOf(row, at.run.identity), seen, call)) ?? null,
  )
}

/** What was just seen of an object. */
export const observedEntry = (row: Row, seen: Present): JournalEntry => ({
  kind: 'observed',
  uid: row.uid,
  id: seen.id,
  outputs: seen.outputs,
})
