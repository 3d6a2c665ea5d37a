import type { Change, JournalEntry, Observation, Row, Uid } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import { specDigest } from '@forgeplan/planner'
import { perform } from '../attempts.ts'
import { StepFailure } from '../errors.ts'
import { sha256, uidFor } from '../identity.ts'
import { inputsOf } from '../inputs.ts'
import { assertOurs, look, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { changeFor, placeOf, unitAt } from '../run.ts'
import { appliedEntry, applyOnce, beganEntry } from './apply.ts'
import { clearRemains } from './remains.ts'
import { placeOfRow } from './standing.ts'

type Making = Extract<Change, { action: 'create' | 'replace' }>

/** Who the new object is, settled before it exists. */
interface Birth {
  readonly uid: Uid
  readonly generation: number
  /** Entries that make room for it, in the same append as its `create-began`. */
  readonly room: readonly JournalEntry[]
  readonly seen: Observation
}

/** Makes an object, or goes on with one that an earlier run began: then with the same uid. */
export const create = async (at: At): Promise<void> => {
  const { run } = at
  const change = changeFor(at, 'create', 'replace')
  const unit = unitAt(run, at.address)
  const place = placeOf(run, unit.provider, change.type)
  assertRealm(at, place)
  const birth = await birthOf(at, change, place)
  const desired = await inputsOf(at, place.type, change.inputs, birth.uid)
  const applied = await perform(at, birth.seen, {
    place,
    uid: birth.uid,
    begin: () => beginEntries(at, change, { birth, place }),
    call: (seen) => applyOnce(at, { place, uid: birth.uid, verb: 'create', desired }, seen),
    look: () => lookAtOwn(at, place, run.ledger.row(birth.uid) as Row),
  })
  await run.ledger.append([appliedEntry(at, birth.uid, { applied, aim: change, desired, typeVersion: place.type.version })])
}

const assertRealm = ({ run }: At, { provider, session }: Place): void => {
  const planned = run.plan.realms[provider]
  if (planned !== undefined && planned !== session.realm)
    throw new StepFailure('stale', `The provider ${provider} is connected to another world than when the plan was made.`)
}

const birthOf = async (at: At, change: Making, place: Place): Promise<Birth> => {
  const row = at.run.ledger.rowAt(at.address)
  if (row?.phase.kind === 'creating' && !givesWay(change, row))
    return { uid: row.uid, generation: row.generation, room: [], seen: await lookAtOwn(at, place, row) }
  const room = await roomFor(at, change, row)
  const generation = at.run.ledger.nextGeneration()
  return { uid: uidFor(at.run.identity.lineage, at.address, generation), generation, room, seen: { kind: 'absent' } }
}

const givesWay = (change: Making, row: Row): boolean => change.action === 'create' && change.replaces === row.uid

// The row of an object that vanished gives way, but only if it is still gone: forge never builds a thing twice.
const roomFor = async (at: At, change: Making, occupant: Row | undefined): Promise<readonly JournalEntry[]> => {
  const replaces = change.action === 'create' ? change.replaces : null
  if (occupant !== undefined && occupant.uid !== replaces)
    throw new StepFailure('stale', `${at.address} is held by another object. Plan again.`)
  const row = replaces === null ? undefined : at.run.ledger.row(replaces)
  if (row === undefined) return []
  const place = placeOfRow(at.run, row)
  const seen = await look(at, place, row)
  if (seen.kind !== 'absent')
    throw new StepFailure('stale', `${at.address} was gone when the plan was made, and now it is ${seen.kind}. Plan again.`)
  await clearRemains(at, place, { row, seen })
  // A step id of its own: this entry must not count as the success of the create.
  return [{ kind: 'gone', uid: row.uid, plan: at.run.plan.id, step: stepId('vanished', at.address), at: at.run.clock.now() }]
}

const lookAtOwn = async (at: At, place: Place, row: Row): Promise<Observation> => {
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  if (seen.kind === 'detached') throw new StepFailure('stale', `${row.address} was moved to ${seen.where} before it was finished.`)
  return seen
}

const beginEntries = (
  at: At,
  change: Making,
  { birth, place }: { readonly birth: Birth; readonly place: Place },
): readonly JournalEntry[] => {
  const { run } = at
  const began: JournalEntry = {
    kind: 'create-began',
    uid: birth.uid,
    generation: birth.generation,
    address: at.address,
    type: change.type,
    typeVersion: place.type.version,
    realm: place.session.realm,
    specDigest: specDigest(change.inputs, sha256),
    began: beganEntry(at, 'create', change),
  }
  // On a second try the vanished row is already gone.
  return [...birth.room.filter((entry) => 'uid' in entry && run.ledger.row(entry.uid) !== undefined), began]
}
