import type { Row } from '@forgeplan/model'
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
  const { run } = at
  const change = changeFor(at, 'delete', 'replace')
  if (run.ledger.row(change.uid) === undefined) return run.ledger.append([doneEntry(at)])
  const part = partOf(at)
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

// By its uid: a row that was released already holds no address. Without a row nobody can say what would go with the owner.
const partOf = ({ run, step }: At): Row => {
  if (step.kind !== 'detach') throw new StepFailure('internal', `The step ${step.id} takes no part out of anything.`)
  const change = run.changes.get(step.part)
  const row = change !== undefined && 'uid' in change ? run.ledger.row(change.uid) : undefined
  if (row === undefined) throw new StepFailure('stale', `${step.part} shall be kept, but is no longer in the state. Plan again.`)
  return row
}
