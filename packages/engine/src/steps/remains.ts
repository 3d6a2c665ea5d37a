import type { Observation, Row } from '@forgeplan/model'
import { perform } from '../attempts.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { StepFailure } from '../errors.ts'
import { lookWhenSettled } from '../look.ts'
import type { At, Place } from '../run.ts'
import { beganOf, targetOf } from '../target.ts'
import { beganEntry } from './apply.ts'

/**
 * Lets the provider finish off an object that reads as absent and of which something is there: it says so itself, or an
 * operation on it has no outcome, and a run that was cut off may have left files that are no object any more, or not yet.
 * Already gone is success.
 */
export const clearRemains = async (
  at: At,
  place: Place,
  { row, seen }: { readonly row: Row; readonly seen: Observation },
): Promise<void> => {
  if (seen.kind !== 'absent' || !mayRemain(row, seen)) return
  const rowNow = (): Row => at.run.ledger.row(row.uid) as Row
  await perform(at, seen, {
    place,
    uid: row.uid,
    begin: () => [{ kind: 'change-began', uid: row.uid, began: beganEntry(at, 'delete', row) }],
    call: (now) =>
      calling(at, { ms: deadlines.delete, uid: row.uid }, async (call) =>
        place.handler.delete(targetOf(rowNow(), at.run.identity), now, call),
      ),
    look: async () => stillAbsent(row, await lookWhenSettled(at, place, rowNow())),
  })
}

// Writing a mark makes and removes nothing.
const mayRemain = (row: Row, { remains }: Extract<Observation, { kind: 'absent' }>): boolean => {
  const began = beganOf(row)
  return remains === true || (began !== null && began.verb !== 'mark')
}

// The plan says that it is forgotten: what has come back in the meantime is not deleted.
const stillAbsent = (row: Row, now: Observation): Observation => {
  if (now.kind === 'absent') return now
  throw new StepFailure('stale', `${row.address} was gone, and now it is ${now.kind}. Plan again.`)
}
