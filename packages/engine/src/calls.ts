import type { Uid } from '@forgeplan/model'
import type { Call } from '@forgeplan/sdk'
import { bounded } from './deadline.ts'
import { grace } from './deadlines.ts'
import { takeHandle } from './hostile.ts'
import type { At, Run } from './run.ts'

/** Progress of one step is told at most this often, milliseconds. */
const progressEveryMs = 1_000
const progressLength = 500

export interface CallOptions {
  /** Deadline, milliseconds. */
  readonly ms: number
  /** Whose row keeps a handle; null where nothing is recorded. */
  readonly uid: Uid | null
}

/**
 * One call of a provider or flavor inside a step. It ends at its deadline or when the run is killed, whatever the
 * other side does.
 */
export const calling = <T>(at: At, options: CallOptions, call: (call: Call) => Promise<T>): Promise<T> =>
  bounded({ clock: at.run.clock, ms: options.ms, stops: [at.run.kill], grace }, (signal) => call(callFor(at, options.uid, signal)))

const callFor = (at: At, uid: Uid | null, signal: AbortSignal): Call => ({
  signal,
  progress: (message, fraction) => tell(at, signal, percent(fraction) + message),
  record: async (handle) => {
    if (uid !== null) await at.run.ledger.append([{ kind: 'handle', uid, handle: takeHandle(handle) }])
  },
  now: () => at.run.clock.now(),
  sleep: (ms) => at.run.clock.sleep(ms, signal),
})

const percent = (fraction: number | undefined): string =>
  typeof fraction === 'number' && fraction >= 0 && fraction <= 1 ? `${Math.round(fraction * 100)} % ` : ''

const tell = (at: At, signal: AbortSignal, message: string): void => {
  const now = at.run.clock.now()
  if (signal.aborted || now - at.told.at < progressEveryMs) return
  at.told.at = now
  progress(at, at.run.redactor.text(message.slice(0, progressLength)))
}

/** Tells that the step is still at work; `null`: no more is known. */
export const progress = (at: At, message: string | null): void => {
  const now = at.run.clock.now()
  at.run.emit({
    kind: 'step-progress',
    at: now,
    step: at.step.id,
    verb: at.verb,
    address: at.address,
    elapsedMs: now - at.startedAt,
    message,
  })
}

/** Waits without holding a slot. @throws Cancelled when the run halts meanwhile. */
export const pause = async (run: Run, ms: number): Promise<void> => {
  run.slots.give()
  try {
    await bounded({ clock: run.clock, ms: ms * 2 + 60_000, stops: [run.halt], grace: { deadline: 0, abort: 0 } }, (signal) =>
      run.clock.sleep(ms, signal),
    )
  } finally {
    await run.slots.take()
  }
}
