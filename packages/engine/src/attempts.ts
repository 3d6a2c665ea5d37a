import type { Failure, JournalEntry, Observation, Uid } from '@forgeplan/model'
import { pause } from './calls.ts'
import { StepFailure } from './errors.ts'
import type { At, Place } from './run.ts'
import { checkHalt, failureIn } from './run.ts'
import { backOffMs, mayRetry } from './retry.ts'

/** An operation on one object that may be tried several times. */
export interface Operation<T> {
  /** Who is called. */
  readonly place: Pick<Place, 'who'>
  readonly uid: Uid
  /** Journaled before each try: the last act before the call, which also checks the lease. */
  readonly begin: () => readonly JournalEntry[]
  readonly call: (seen: Observation) => Promise<T>
  /** After a failure the outcome is unknown, so the next try starts from what is seen. @throws when it must not go on. */
  readonly look: () => Promise<Observation>
}

/**
 * Journal, call, and after a failure that may pass: wait, look, again. The last failure is journaled; the row keeps
 * its `began`, so that the next plan takes it up.
 * @throws StepFailure with the redacted failure; LeaseLost and other failures of the journal pass through.
 */
export const perform = async <T>(at: At, first: Observation, operation: Operation<T>): Promise<T> => {
  const { run } = at
  try {
    return await untilItCounts(at, first, operation)
  } catch (error) {
    run.ledger.broken.throwIfAborted()
    const failure = failureIn(run, error, operation.place.who)
    const began = run.ledger.row(operation.uid)?.phase.kind
    if (began === 'creating' || began === 'changing') await run.ledger.append([failed(at, operation.uid, failure)])
    throw new StepFailure(failure.kind, failure.message)
  }
}

const failed = (at: At, uid: Uid, failure: Failure): JournalEntry => ({
  kind: 'failed',
  uid,
  plan: at.run.plan.id,
  step: at.step.id,
  at: at.run.clock.now(),
  error: failure.message,
})

const untilItCounts = async <T>(at: At, first: Observation, operation: Operation<T>): Promise<T> => {
  let seen = first
  let conflicts = 0
  for (let attempt = 1; ; attempt++) {
    checkHalt(at.run)
    await at.run.ledger.append(operation.begin())
    try {
      checkHalt(at.run)
      at.run.touched.add(operation.uid)
      return await operation.call(seen)
    } catch (error) {
      at.run.ledger.broken.throwIfAborted()
      const failure = failureIn(at.run, error, operation.place.who)
      if (!mayRetry(failure, error, attempt, conflicts)) throw error
      if (failure.kind === 'conflict') conflicts += 1
      await backOff(at, attempt, failure)
    }
    seen = await operation.look()
  }
}

const backOff = async (at: At, attempt: number, failure: Failure): Promise<void> => {
  const delayMs = backOffMs(attempt, at.run.random())
  at.run.emit({
    kind: 'step-retry',
    at: at.run.clock.now(),
    step: at.step.id,
    verb: at.verb,
    address: at.address,
    attempt,
    delayMs,
    failure,
  })
  await pause(at.run, delayMs)
}
