import type { JournalEntry, Observation, Row } from '@forgeplan/model'
import { perform } from '../attempts.ts'
import { newsOf } from '../begin.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { StepFailure } from '../errors.ts'
import { assertOurs, assertUnchanged, lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { changeFor } from '../run.ts'
import { targetOf } from '../target.ts'
import { beganEntry } from './apply.ts'
import { clearRemains } from './remains.ts'
import { standingRow } from './standing.ts'

/** Deletes an object, after a last look at whether it is still the one that the plan meant. */
export const remove = async (at: At): Promise<void> => {
  const { run } = at
  const change = changeFor(at, 'delete', 'replace')
  if (run.ledger.row(change.uid) === undefined) return run.ledger.append([doneEntry(at)])
  const { row, place } = standingRow(at, change)
  const seen = await lookToDelete(at, place, row)
  run.departed.set(row.uid, seen.kind === 'present' ? { ...row, outputs: seen.outputs } : row)
  if (seen.kind === 'absent') {
    await clearRemains(at, place, { row, seen })
    return run.ledger.append([goneEntry(at, row)])
  }
  assertUnchanged(at, row, seen)
  await perform(at, seen, {
    place,
    uid: row.uid,
    begin: () => [
      ...newsOf(run.ledger.row(row.uid) ?? row, seen),
      { kind: 'change-began', uid: row.uid, began: beganEntry(at, 'delete', row) },
    ],
    call: (now) => deleteOnce(at, place, { row: run.ledger.row(row.uid) as Row, seen: now }),
    look: () => lookToDelete(at, place, run.ledger.row(row.uid) as Row),
  })
  await run.ledger.append([goneEntry(at, row)])
}

const lookToDelete = async (at: At, place: Place, row: Row): Promise<Observation> => {
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  if (seen.kind === 'detached') throw new StepFailure('stale', `${row.address} was moved to ${seen.where}; it is left alone.`)
  return seen
}

const deleteOnce = async (at: At, place: Place, { row, seen }: { readonly row: Row; readonly seen: Observation }): Promise<void> => {
  if (seen.kind === 'absent') return
  await calling(at, { ms: deadlines.delete, uid: row.uid }, async (call) =>
    place.handler.delete(targetOf(row, at.run.identity), seen, call),
  )
}

const goneEntry = (at: At, row: Row): JournalEntry => ({
  kind: 'gone',
  uid: row.uid,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
})

/** The success of a step that says nothing else about an object. */
export const doneEntry = (at: At): JournalEntry => ({ kind: 'step-done', plan: at.run.plan.id, step: at.step.id, at: at.run.clock.now() })
