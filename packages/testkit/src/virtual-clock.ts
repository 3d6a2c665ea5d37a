interface Sleeper {
  readonly due: number
  readonly order: number
  wake(): void
}

/**
 * Time that passes only when nobody does anything else: once nothing has moved for `quietTurns` turns of the event
 * loop, the earliest sleepers wake. Fits the engine's `Clock`.
 */
export class VirtualClock {
  #now: number
  #order = 0
  #advancing = false
  readonly #sleepers = new Set<Sleeper>()
  readonly #quietTurns: number

  /** `start` is milliseconds since 1970. */
  constructor(start = 1_700_000_000_000, quietTurns = 4) {
    this.#now = start
    this.#quietTurns = quietTurns
  }

  readonly now = (): number => this.#now

  /** @throws the signal's reason when it is aborted. */
  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const abort = (): void => {
        this.#sleepers.delete(sleeper)
        reject(signal.reason as Error)
      }
      const wake = (): void => {
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper: Sleeper = { due: this.#now + Math.max(0, ms), order: this.#order++, wake }
      signal.addEventListener('abort', abort, { once: true })
      this.#sleepers.add(sleeper)
      void this.#advance()
    })

  /** How many wait now. */
  get sleeping(): number {
    return this.#sleepers.size
  }

  /** Lets time pass at once, waking everybody who is due. */
  pass(ms: number): void {
    this.#wakeUntil(this.#now + ms)
  }

  async #advance(): Promise<void> {
    if (this.#advancing) return
    this.#advancing = true
    while (this.#sleepers.size > 0) {
      await this.#quiet()
      const due = Math.min(...[...this.#sleepers].map((sleeper) => sleeper.due))
      if (due !== Infinity) this.#wakeUntil(due)
    }
    this.#advancing = false
  }

  // A new sleeper means that somebody was still at work, so the count begins again.
  async #quiet(): Promise<void> {
    let before = this.#order
    for (let turns = 0; turns < this.#quietTurns; turns++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (before !== this.#order) turns = -1
      before = this.#order
    }
  }

  #wakeUntil(time: number): void {
    const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= time).toSorted((a, b) => a.due - b.due || a.order - b.order)
    this.#now = Math.max(this.#now, time)
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
