import type { FlavorUse, Observation, Present, Row } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'
import { perform } from '../attempts.ts'
import { calling, progress } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { flavorConfig, flavorOf, handleFor } from '../inputs.ts'
import { assertOurs, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { guestOf, observedEntry } from './drain.ts'
import { doneEntry } from './remove.ts'
import { placeOfRow, stands } from './standing.ts'

/**
 * Tells a member's flavor that it has come. Where the gate before let go on without the member, nobody is told and
 * nothing is journaled: the same plan tells it once the member has come after all.
 */
export const join = async (at: At): Promise<void> => {
  const { run } = at
  const row = run.ledger.rowAt(at.address)
  const using = row === undefined ? null : flavorOf(run, row)
  if (using !== null && using.flavor.joined === undefined) return run.ledger.append([doneEntry(at)])
  const member = row === undefined || !stands(row) ? null : await runningMember(at, row)
  if (member === null) return progress(at, 'It does not run, so its flavor is not told of it.')
  if (using !== null) await tell(at, { ...member, ...using })
  await run.ledger.append([doneEntry(at)])
}

interface Running {
  readonly row: Row
  readonly place: Place
  readonly seen: Present
}

const runningMember = async (at: At, row: Row): Promise<Running | null> => {
  const place = placeOfRow(at.run, row)
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  return seen.kind === 'present' && seen.status.kind === 'running' ? { row, place, seen } : null
}

interface Joining extends Running {
  readonly use: FlavorUse
  readonly flavor: Flavor
}

const tell = async (at: At, joining: Joining): Promise<void> => {
  const { row, place, use } = joining
  await perform<void>(at, joining.seen, {
    place: { who: `The flavor ${use.name}` },
    uid: row.uid,
    // Journaled for the lease's sake: its check is the last act before something is touched.
    begin: () => [observedEntry(row, joining.seen)],
    call: (seen) => callJoined(at, joining, seen),
    look: () => lookWhenSettled(at, place, row),
  })
}

const callJoined = async (at: At, { row, place, use, flavor, ...before }: Joining, now: Observation): Promise<void> => {
  const seen = now.kind === 'present' ? now : before.seen
  const config = await flavorConfig(at.run, use, row.address)
  const guest = await guestOf(at, { row, place, seen })
  await calling(at, { ms: deadlines.join, uid: null }, async (call) =>
    flavor.joined?.(config, handleFor(at.run, { ...row, outputs: seen.outputs }, guest), call),
  )
}
