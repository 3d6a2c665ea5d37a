import type { Observation, Row } from '@forgeplan/model'
import { basisDigest, isSameSight } from '@forgeplan/planner'
import { isBegunBy } from './basis.ts'
import { calling, pause, progress } from './calls.ts'
import { deadlines } from './deadlines.ts'
import { StepFailure } from './errors.ts'
import { takeObservations } from './hostile.ts'
import { sha256 } from './identity.ts'
import type { At, Place } from './run.ts'
import { checkHalt, failureIn, seenAtStart } from './run.ts'
import { redactObservation } from './redact.ts'
import { backOffMs, mayRetry } from './retry.ts'
import { targetOf } from './target.ts'

const longestPollMs = 10_000

/** One look at one object, tried again while its failure may pass. */
export const look = async (at: At, place: Place, row: Row): Promise<Observation> => {
  if (row.realm !== place.session.realm)
    throw new StepFailure(
      'stale',
      `${row.address} stands in another world than the one that the provider ${place.provider} is connected to.`,
    )
  for (let attempt = 1; ; attempt++) {
    try {
      return await lookOnce(at, place, row)
    } catch (error) {
      if (!mayRetry(failureIn(at.run, error, place.who), error, attempt, 1)) throw error
      await pause(at.run, backOffMs(attempt, at.run.random()))
    }
  }
}

const lookOnce = async (at: At, place: Place, row: Row): Promise<Observation> => {
  const answer = await calling(at, { ms: deadlines.observe, uid: null }, async (call) =>
    place.handler.observe([targetOf(row, at.run.identity)], call),
  )
  return redactObservation(takeObservations(answer, [row.uid]).get(row.uid) as Observation, at.run.redactor)
}

/** `look`, waiting while an unfinished operation is still making the object. @throws StepFailure `timeout` at its deadline. */
export const lookWhenSettled = async (at: At, place: Place, row: Row): Promise<Observation> => {
  const until = at.run.clock.now() + deadlines.apply
  for (let wait = 1_000; ; wait = Math.min(longestPollMs, wait * 2)) {
    const seen = await look(at, place, row)
    if (seen.kind !== 'pending') return seen
    if (at.run.clock.now() >= Math.min(until, Math.max(seen.deadline, at.startedAt + wait)))
      throw new StepFailure('timeout', `${row.address} is still being made by an earlier run's operation, past its deadline.`)
    progress(at, 'waiting for an unfinished operation')
    await pause(at.run, wait)
    checkHalt(at.run)
  }
}

/** @throws StepFailure when what is seen is not genuinely the row's object, or cannot be told. */
export const assertOurs = (row: Row, seen: Observation): void => {
  if (seen.kind === 'copy' || seen.kind === 'foreign')
    throw new StepFailure(
      'stale',
      `What stands in the place of ${row.address} (${seen.id}) is not the object that forge made; it is left alone.`,
    )
  if (seen.kind === 'unreadable') throw new StepFailure('stale', `It cannot be told whether ${row.address} still stands: ${seen.why}`)
}

/** @throws StepFailure `stale` unless the row's own object stands in its place. */
export const assertPresent = (row: Row, seen: Observation): Extract<Observation, { kind: 'present' }> => {
  assertOurs(row, seen)
  if (seen.kind === 'present') return seen
  throw new StepFailure('stale', seen.kind === 'detached' ? `${row.address} was moved to ${seen.where}.` : `${row.address} is gone.`)
}

/**
 * Before something destructive: the object must still look as it did when the plan was made or checked. One that this
 * run has acted on since cannot; its identity was checked all the same.
 * @throws StepFailure `stale`
 */
export const assertUnchanged = (at: At, row: Row, seen: Observation): void => {
  const { run } = at
  const before = seenAtStart(run, row.uid)
  const rowThen = run.start.state.rows.get(row.uid)
  if (run.touched.has(row.uid) || rowThen === undefined || hasSettled(rowThen, before)) return
  // Secrets may have become known since that look: both sides are compared without them.
  const now = basisDigest(rowThen, seen, sha256)
  const same =
    before === undefined ? isAsPlanned(at, rowThen, now) : now === basisDigest(rowThen, redactObservation(before, run.redactor), sha256)
  if (!same) throw new StepFailure('stale', `${row.address} has changed since the plan was made. Plan again.`)
}

// An unfinished create that was still running then, and has ended by itself since, is no change by anybody.
const hasSettled = (rowThen: Row, before: Observation | undefined): boolean =>
  rowThen.phase.kind === 'creating' && before?.kind === 'pending'

// Without a look at the start the plan's own basis has to do. Going on with a plan, the row may be newer than that, but
// the object looks the same unless this plan has begun to change it.
const isAsPlanned = ({ run }: At, rowThen: Row, now: string): boolean => {
  const planned = run.plan.basis.find((basis) => basis.uid === rowThen.uid)?.digest
  if (planned === undefined || run.start.state.lastRun?.plan !== run.plan.id) return planned === undefined || planned === now
  return isBegunBy(run.plan, rowThen) || isSameSight(planned, now)
}
