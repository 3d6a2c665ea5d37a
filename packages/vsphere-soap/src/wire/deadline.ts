import { VsphereError } from '../error.ts'

/** How long a call may take, and what else ends it. */
export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for the whole call. */
  readonly timeoutMs?: number | undefined
}

/** A signal that ends with the caller's or when time is up, whichever is first. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
  /** Stops the time: while the caller does something with what has come. */
  readonly pause: () => void
  /** Starts the time anew: for transfers that move. */
  readonly extend: () => void
}

/** The deadline of one call. Dispose of it when the call is over. @throws the caller's reason where that has already ended. */
export const openDeadline = (what: string, { signal: caller, timeoutMs: asked }: CallOptions, usualMs: number): Deadline => {
  const timeoutMs = asked ?? usualMs
  caller?.throwIfAborted()
  // Not AbortSignal.any: with a signal that lives as long as the program it keeps what it made for every call.
  const controller = new AbortController()
  const onTimeout = (): void =>
    controller.abort(new VsphereError('timeout', `${what}: no end within ${timeoutMs} ms`, { mayHaveRun: true }))
  const onAbort = (): void => controller.abort(caller?.reason)
  let timer = setTimeout(onTimeout, timeoutMs)
  caller?.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    pause: () => clearTimeout(timer),
    extend: () => {
      clearTimeout(timer)
      timer = setTimeout(onTimeout, timeoutMs)
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', onAbort)
    },
  }
}

/** Waits for a promise, but no longer than a signal. What the promise comes to after that is dropped. */
export const orAborted = async <Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> => {
  signal.throwIfAborted()
  let onAbort = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
