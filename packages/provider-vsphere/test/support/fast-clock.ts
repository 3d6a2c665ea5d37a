import { setTimeout as delay } from 'node:timers/promises'
import { VirtualClock } from '../../../testkit/src/index.ts'

// Deadlines are as long as ever: the world behind the clock is a real process, on a machine that others use as well.
const deadlineMs = 60_000

/** The real time, but for waits between tries, which are over `factor` times as soon. */
export class FastClock extends VirtualClock {
  readonly #factor: number

  constructor(factor: number) {
    super()
    this.#factor = factor
  }

  override readonly now = (): number => Date.now()

  override readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    delay(ms < deadlineMs ? ms / this.#factor : ms, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error
    })
}
