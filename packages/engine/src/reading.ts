import type { TypeName } from '@forgeplan/model'
import type { Call } from '@forgeplan/sdk'
import { ProviderError } from '@forgeplan/sdk'
import type { Clock } from './clock.ts'
import { bounded } from './deadline.ts'
import { grace } from './deadlines.ts'
import { Cancelled, EngineError, failureOf, problem } from './errors.ts'
import type { Redactor } from './redact.ts'
import { backOffMs, mayRetry } from './retry.ts'

export interface Reader {
  readonly clock: Clock
  readonly stops: readonly AbortSignal[]
}

/** One read-only call: with a deadline, tried again while its failure may pass. @throws what the last try threw. */
export const reading = async <T>(reader: Reader, who: string, ms: number, read: (call: Call) => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await bounded({ ...reader, ms, grace }, (signal) => read(readOnlyCall(reader.clock, signal)))
    } catch (error) {
      if (!mayRetry(failureOf(error, who), error, attempt, 1)) throw error
      await pauseReading(reader, backOffMs(attempt, 0))
    }
  }
}

const readOnlyCall = (clock: Clock, signal: AbortSignal): Call => ({
  signal,
  progress: () => undefined,
  record: () => Promise.reject(new ProviderError('internal', 'A call that only looks has no operation to record.')),
  now: () => clock.now(),
  sleep: (ms) => clock.sleep(ms, signal),
})

/** Waits between two tries. @throws Cancelled when it is stopped. */
export const pauseReading = (reader: Reader, ms: number): Promise<void> =>
  bounded({ ...reader, ms: 2 * ms + 1000, grace: { deadline: 0, abort: 0 } }, (signal) => reader.clock.sleep(ms, signal))

/** Waits for all and then throws the first failure, so that no call is left running unseen. */
export const settleAll = async <T>(work: readonly Promise<T>[]): Promise<readonly T[]> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}

/** The error of an inventory that cannot be read; a look that was cut off keeps its own. */
export const cannotRead = (error: unknown, provider: string, type: TypeName, redactor: Redactor | undefined): Error => {
  if (error instanceof Cancelled) return error
  const message = failureOf(error, `The provider ${provider}`).message
  const detail = `The provider ${provider} could not list its objects of the type ${type}, so forge cannot tell what stands. ${redactor?.text(message) ?? message}`
  // Without the cause: what the provider threw may hold a secret wherever it likes.
  return new EngineError([problem('FORGE5002', 'The world cannot be read', detail)])
}
