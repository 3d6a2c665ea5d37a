import type { Change, FieldChange, Observation, PlainMap, Present, Row } from '@forgeplan/model'
import { sameValue } from '@forgeplan/model'
import { perform } from '../attempts.ts'
import { newsOf } from '../begin.ts'
import { StepFailure } from '../errors.ts'
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
    call: (now) => applyOnce(at, { place, uid: row.uid, verb, desired }, now),
    look: lookAgain,
  })
  await run.ledger.append([appliedEntry(at, row.uid, { applied, aim: change, typeVersion: place.type.version })])
}

interface Sight {
  readonly place: Place
  readonly seen: Present
  readonly desired: PlainMap
  readonly row: Row
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
  const before = seen.inputs[field] ?? row.inputs[field]
  const after = desired[field]
  if (sameValue(before, after)) return false
  const effect = place.type.effect(field, before, after, seen)
  return effect === 'replace' || effect === 'refuse' || (effect === 'restart' && action === 'update')
}
