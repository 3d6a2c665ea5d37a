import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { StepFailure } from '../errors.ts'
import { assertOurs, assertUnchanged, lookWhenSettled } from '../look.ts'
import type { At } from '../run.ts'
import { changeFor, checkHalt } from '../run.ts'
import { targetOf } from '../target.ts'
import { observedEntry } from './drain.ts'
import { doneEntry } from './remove.ts'
import { standingRow } from './standing.ts'

/** Takes a part that shall stay out of its owner, before the owner goes with everything in it. */
export const detach = async (at: At): Promise<void> => {
  const { run, step } = at
  const change = changeFor(at, 'delete', 'replace')
  const part = step.kind === 'detach' ? run.ledger.rowAt(step.part) : undefined
  if (run.ledger.row(change.uid) === undefined || part === undefined) return run.ledger.append([doneEntry(at)])
  const { row, place } = standingRow(at, change)
  const seen = await lookWhenSettled(at, place, row)
  assertOurs(row, seen)
  if (seen.kind !== 'present') return run.ledger.append([doneEntry(at)])
  assertUnchanged(at, row, seen)
  if (place.handler.detach === undefined)
    throw new StepFailure('internal', `${place.who} cannot take a part out of ${row.address}, which is a bug in it.`)
  // Journaled for the lease's sake: its check is the last act before something is touched.
  await run.ledger.append([observedEntry(row, seen)])
  checkHalt(run)
  run.touched.add(row.uid)
  const [owner, own] = [targetOf(row, run.identity), targetOf(part, run.identity)]
  await calling(at, { ms: deadlines.detach, uid: null }, async (call) => place.handler.detach?.(owner, own, call))
  await run.ledger.append([doneEntry(at)])
}
