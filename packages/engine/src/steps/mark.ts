import type { Change, JournalEntry, Mark, Observation, Row } from '@forgeplan/model'
import { specDigest } from '@forgeplan/planner'
import { perform } from '../attempts.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import type { Candidate } from '../candidates.ts'
import { readableInputs, takeCandidates } from '../candidates.ts'
import { StepFailure } from '../errors.ts'
import { sha256 } from '../identity.ts'
import { assertOurs, assertPresent, lookWhenSettled } from '../look.ts'
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

const writeMark = async (at: At, place: Place, { row, to }: { readonly row: Row; readonly to: Mark }): Promise<void> => {
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
  const row = rowOf(at, change, { place, uid: candidate.uid, generation: known?.generation ?? run.ledger.nextGeneration() })
  // Whose it is may have changed since the plan was made, and while a try was under way.
  const lookToTake = async (): Promise<Observation> => assertPresent(row, await lookWhenSettled(at, place, row))
  await perform(at, await lookToTake(), {
    place,
    uid: row.uid,
    begin: () => [importBegan(at, change, row)],
    call: () => writeMark(at, place, { row, to: markOf(row, run.identity) }),
    look: lookToTake,
  })
  // The row keeps what the object has, so that the next plan shows how that differs from what is wanted.
  const seen = readableInputs(place.type, run.redactor.map(candidate.inputs), change.inputs)
  const aim = { inputs: change.asConfigured === true ? { ...change.inputs, ...seen } : seen, context: change.context }
  const applied = { id: change.id, outputs: candidate.outputs }
  const entry = appliedEntry(at, row.uid, { applied, aim, desired: {}, typeVersion: place.type.version })
  await run.ledger.append([{ ...entry, specDigest: row.specDigest }])
}

interface Taking {
  readonly place: Place
  readonly uid: Row['uid']
  readonly generation: number
}

// The row as it will stand: forge never began to make this object, so a look asks for nothing that is still being made.
const rowOf = (at: At, { type, id, inputs, context }: Import, { place, uid, generation }: Taking): Row => ({
  uid,
  generation,
  address: at.address,
  phase: { kind: 'live' },
  type,
  typeVersion: place.type.version,
  realm: place.session.realm,
  context,
  id,
  inputs: {},
  outputs: {},
  specDigest: specDigest(inputs, sha256),
  resolved: {},
  version: 0,
})

const importBegan = (at: At, change: Import, row: Row): JournalEntry => {
  const { uid, generation, address, type, typeVersion, realm, specDigest: digest } = row
  const began = beganEntry(at, 'mark', change)
  return { kind: 'create-began', uid, generation, address, type, typeVersion, realm, specDigest: digest, began }
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
