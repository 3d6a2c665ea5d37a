import type { Clock } from './clock.ts'
import { Cancelled, TimedOut } from './errors.ts'

export interface Bound {
  readonly clock: Clock
  /** The call is aborted after this many milliseconds. */
  readonly ms: number
  /** The call is aborted when any of these is. */
  readonly stops: readonly AbortSignal[]
  /** How long an aborted call may take to end before it is left alone, milliseconds: at its deadline, or when a signal stops it. */
  readonly grace: { readonly deadline: number; readonly abort: number }
}

/**
 * Runs `call` with a signal that is aborted at the deadline, and never waits for a call that hangs.
 * @throws TimedOut or Cancelled when it was aborted and did not succeed all the same; else what `call` throws.
 */
export const bounded = async <T>(bound: Bound, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController()
  const cancel = (): void => controller.abort(new Cancelled())
  for (const stop of bound.stops) stop.addEventListener('abort', cancel, { once: true })
  const timer = startTimer(bound, controller)
  try {
    if (bound.stops.some((stop) => stop.aborted)) throw new Cancelled()
    return await settled(bound, controller.signal, attempt(call, controller.signal))
  } finally {
    timer.abort()
    for (const stop of bound.stops) stop.removeEventListener('abort', cancel)
  }
}

const attempt = async <T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => call(signal)

const startTimer = ({ clock, ms }: Bound, controller: AbortController): AbortController => {
  const timer = new AbortController()
  clock.sleep(ms, timer.signal).then(
    () => controller.abort(new TimedOut(ms, true)),
    () => undefined,
  )
  return timer
}

const settled = <T>(bound: Bound, signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const grace = new AbortController()
    const giveUp = (): void => {
      const ms = signal.reason instanceof TimedOut ? bound.grace.deadline : bound.grace.abort
      bound.clock.sleep(ms, grace.signal).then(
        () => reject(signal.reason instanceof TimedOut ? new TimedOut(bound.ms, false) : (signal.reason as Error)),
        () => undefined,
      )
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    const end = (finish: () => void): void => {
      signal.removeEventListener('abort', giveUp)
      grace.abort()
      finish()
    }
    work.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(signal.aborted ? (signal.reason as Error) : (error as Error))),
    )
  })
