import type { Failure } from '@forgeplan/model'
import { TimedOut } from './errors.ts'

/** Times that one operation is tried before its failure counts. */
export const maxAttempts = 5
const firstDelayMs = 500
const longestDelayMs = 30_000

/** The wait before attempt `attempt + 1`, milliseconds: doubled each time, with up to half of it left to chance (`random` 0 to 1). */
export const backOffMs = (attempt: number, random: number): number =>
  Math.round(Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (1 - random / 2))

/**
 * Whether to look at the object and try again. A call that did not end when it was told to may still act: a second
 * one beside it could do harm, so it is not tried again in this run.
 */
export const mayRetry = (failure: Failure, error: unknown, attempt: number, conflicts: number): boolean => {
  if (error instanceof TimedOut && !error.settled) return false
  if (failure.kind === 'conflict') return conflicts === 0
  return (failure.kind === 'transient' || failure.kind === 'timeout') && attempt < maxAttempts
}
