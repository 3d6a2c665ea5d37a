import type { Observation, Row } from '@forgeplan/model'
import { perform } from '../attempts.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
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
  if (seen.kind !== 'absent' || !mayRemain(at, row, seen.remains === true)) return
  const rowNow = (): Row => at.run.ledger.row(row.uid) as Row
  await perform(at, seen, {
    place,
    uid: row.uid,
    begin: () => [{ kind: 'change-began', uid: row.uid, began: beganEntry(at, 'delete', row) }],
    call: (now) =>
      calling(at, { ms: deadlines.delete, uid: row.uid }, async (call) =>
        place.handler.delete(targetOf(rowNow(), at.run.identity), now, call),
      ),
    look: () => lookWhenSettled(at, place, rowNow()),
  })
}

// A refresh changes nothing in the world, and writing a mark makes and removes nothing.
const mayRemain = ({ run }: At, row: Row, told: boolean): boolean => {
  const verb = beganOf(row)?.verb ?? 'mark'
  return verb !== 'mark' || (told && run.plan.mode !== 'refresh-only')
}
