/** So many provider calls at once. Those who come back from a back-off go before those who have not started. */
export class Slots {
  readonly #waiting: (() => void)[] = []
  #free: number
  #tell: () => void = () => undefined

  constructor(size: number) {
    this.#free = Math.max(1, Math.floor(size))
  }

  /** Calls `tell` whenever a slot becomes free. */
  onFree(tell: () => void): void {
    this.#tell = tell
  }

  tryTake(): boolean {
    if (this.#free === 0) return false
    this.#free -= 1
    return true
  }

  async take(): Promise<void> {
    if (this.tryTake()) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  give(): void {
    const next = this.#waiting.shift()
    if (next !== undefined) return next()
    this.#free += 1
    this.#tell()
  }
}
