import type { Change, FieldChange, Observation, PlainMap, Row } from '@forgeplan/model'
import { sameValue } from '@forgeplan/model'
import { isResolvedTo } from '@forgeplan/planner'
import { perform } from '../attempts.ts'
import { newsOf } from '../begin.ts'
import { StepFailure } from '../errors.ts'
import { sha256 } from '../identity.ts'
import { inputsOf } from '../inputs.ts'
import { assertPresent, assertUnchanged, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { changeFor } from '../run.ts'
import { appliedEntry, applyOnce, beganEntry } from './apply.ts'
import { standingRow } from './standing.ts'

/** Brings a standing object in line: `update` while it runs, `restart` with its uid and disks kept. */
export const changeInPlace = async (at: At, verb: 'update' | 'restart'): Promise<void> => {
  const { run } = at
  const change = changeFor(at, verb)
  const { row, place } = standingRow(at, change)
  const seen = assertPresent(row, await lookWhenSettled(at, place, row))
  if (verb === 'restart') assertUnchanged(at, row, seen)
  const desired = await inputsOf(at, place.type, change.inputs, row.uid)
  assertNoWorse(change, { place, seen, desired, row })
  const lookAgain = async (): Promise<Observation> => {
    const now = run.ledger.row(row.uid) as Row
    return assertPresent(now, await lookWhenSettled(at, place, now))
  }
  const applied = await perform(at, seen, {
    place,
    uid: row.uid,
    begin: () => [
      ...newsOf(run.ledger.row(row.uid) ?? row, seen),
      { kind: 'change-began', uid: row.uid, began: beganEntry(at, verb, change) },
    ],
    call: (now) => applyOnce(at, { place, uid: row.uid, verb: needed(change, { place, seen: now, desired, row }), desired }, now),
    look: lookAgain,
  })
  await run.ledger.append([appliedEntry(at, row.uid, { applied, aim: change, desired, typeVersion: place.type.version })])
}

interface Sight {
  readonly place: Place
  readonly seen: Observation
  readonly desired: PlainMap
  readonly row: Row
}

// A restart that was planned only because a value was late is spared when the value came out as it was.
const needed = (change: Extract<Change, { action: 'update' | 'restart' }>, sight: Sight): 'update' | 'restart' => {
  const { seen } = sight
  if (change.action === 'update' || seen.kind !== 'present' || seen.status.kind === 'stopped' || change.fields.length === 0)
    return change.action
  const asks = (field: FieldChange): boolean => field.effect === 'restart' && (!field.uncertain || isWorse(field, 'update', sight))
  return change.reason.kind === 'interrupted' || change.fields.some(asks) ? 'restart' : 'update'
}

// A field whose value was late when the plan was made may turn out to cost more than the plan said.
const assertNoWorse = (change: Extract<Change, { action: 'update' | 'restart' }>, sight: Sight): void => {
  const worse = change.fields.filter((field) => field.uncertain).find((field) => isWorse(field, change.action, sight))
  if (worse !== undefined)
    throw new StepFailure(
      'stale',
      `The field "${worse.field}" of ${change.address} would now need more than the plan's ${change.action}. Plan again.`,
    )
}

const isWorse = ({ field }: FieldChange, action: 'update' | 'restart', { place, seen, desired, row }: Sight): boolean => {
  if (seen.kind !== 'present') return false
  const before = seen.inputs[field] ?? row.inputs[field]
  const after = desired[field]
  if (sameValue(before, after) || isResolvedTo(row, field, after, sha256)) return false
  const effect = place.type.effect(field, before, after, seen)
  return effect === 'replace' || effect === 'refuse' || (effect === 'restart' && action === 'update')
}
