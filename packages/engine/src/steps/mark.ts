import type { Change, JournalEntry, Row } from '@forgeplan/model'
import { specDigest } from '@forgeplan/planner'
import { perform } from '../attempts.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import type { Candidate } from '../candidates.ts'
import { readableInputs, takeCandidates } from '../candidates.ts'
import { StepFailure } from '../errors.ts'
import { sha256 } from '../identity.ts'
import { assertOurs, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { changeFor, placeOf, unitAt } from '../run.ts'
import { markOf, targetOf } from '../target.ts'
import { appliedEntry, beganEntry } from './apply.ts'
import { doneEntry } from './remove.ts'
import { clearRemains } from './remains.ts'
import { standingRow } from './standing.ts'

/** Carries out what changes a mark or a row but not the object: release, forget, import. */
export const mark = async (at: At): Promise<void> => {
  const change = changeFor(at, 'release', 'forget', 'import')
  switch (change.action) {
    case 'release':
      return release(at, change)
    case 'forget':
      return forget(at, change)
    case 'import':
      return takeOver(at, change)
    default:
      return change satisfies never
  }
}

// The mark stays on the object and the row stays to claim it, so that it never comes back as an orphan.
const release = async (at: At, { uid, why }: Extract<Change, { action: 'release' }>): Promise<void> => {
  const known = at.run.ledger.row(uid) !== undefined
  await at.run.ledger.append([...(known ? [{ kind: 'released', uid, why } as const] : []), doneEntry(at)])
}

const forget = async (at: At, { uid }: Extract<Change, { action: 'forget' }>): Promise<void> => {
  const { run } = at
  if (run.ledger.row(uid) === undefined) return run.ledger.append([doneEntry(at)])
  const { row, place } = standingRow(at, { uid })
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  if (seen.kind !== 'absent')
    throw new StepFailure('stale', `${row.address} was gone when the plan was made, and now it is ${seen.kind}. Plan again.`)
  await clearRemains(at, place, { row, seen })
  await run.ledger.append([{ kind: 'forgotten', uid }, doneEntry(at)])
}

const writeMark = async (
  at: At,
  place: Place,
  { row, to }: { readonly row: Row; readonly to: ReturnType<typeof markOf> | null },
): Promise<void> => {
  if (place.handler.mark === undefined) throw new StepFailure('invalid', `${place.who} cannot write marks.`)
  await calling(at, { ms: deadlines.mark, uid: row.uid }, async (call) => place.handler.mark?.(targetOf(row, at.run.identity), to, call))
}

type Import = Extract<Change, { action: 'import' }>

const takeOver = async (at: At, change: Import): Promise<void> => {
  const { run } = at
  const place = placeOf(run, unitAt(run, at.address).provider, change.type)
  const candidate = await candidateFor(at, place, change)
  const known = run.ledger.row(candidate.uid)
  if (known !== undefined && !mayTake(known, change))
    throw new StepFailure('conflict', `The object ${change.id} is already managed as ${known.address}.`)
  const generation = known?.generation ?? run.ledger.nextGeneration()
  const begin = (): readonly JournalEntry[] => [
    {
      kind: 'create-began',
      uid: candidate.uid,
      generation,
      address: at.address,
      type: change.type,
      typeVersion: place.type.version,
      realm: place.session.realm,
      specDigest: specDigest(change.inputs, sha256),
      began: beganEntry(at, 'mark', change),
    },
  ]
  const rowNow = (): Row => run.ledger.row(candidate.uid) as Row
  await perform(
    at,
    { kind: 'absent' },
    {
      place,
      uid: candidate.uid,
      begin,
      call: () => writeMark(at, place, { row: { ...rowNow(), id: change.id }, to: markOf(rowNow(), run.identity) }),
      look: () => lookWhenSettled(at, place, rowNow()),
    },
  )
  // The row keeps what the object has, so that the next plan shows how that differs from what is wanted.
  const aim = { inputs: readableInputs(place.type, run.redactor.map(candidate.inputs), change.inputs), context: change.context }
  const entry = appliedEntry(at, candidate.uid, {
    applied: { id: change.id, outputs: candidate.outputs },
    aim,
    typeVersion: place.type.version,
  })
  await run.ledger.append([{ ...entry, specDigest: specDigest(change.inputs, sha256) }])
}

// Released by an earlier plan, or by this very step before it was cut off.
const mayTake = ({ phase, address }: Row, change: Import): boolean =>
  phase.kind === 'released' || (phase.kind === 'creating' && phase.began.verb === 'mark' && address === change.address)

const candidateFor = async (at: At, place: Place, { id }: Import): Promise<Candidate> => {
  const find = place.handler.find?.bind(place.handler)
  if (find === undefined) throw new StepFailure('invalid', `${place.who} cannot import objects.`)
  return calling(at, { ms: deadlines.list, uid: null }, async (call) => {
    const candidate = (await takeCandidates(find({ id }, call), call.signal)).find((one) => one.id === id)
    if (candidate !== undefined) return candidate
    throw new StepFailure('invalid', `There is no object ${id} to import.`)
  })
}
