import { setTimeout as delay } from 'node:timers/promises'
import { VirtualClock } from '../../../testkit/src/index.ts'

/** The real time, but for waits and deadlines, which are over `factor` times as soon: the world behind it is a real process. */
export class FastClock extends VirtualClock {
  readonly #factor: number

  constructor(factor: number) {
    super()
    this.#factor = factor
  }

  override readonly now = (): number => Date.now()

  override readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    delay(ms / this.#factor, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error
    })
}
