import type { Event } from '@forgeplan/model'

/** More waiting events than this, and progress is dropped. */
const crowded = 1000

/** Events on their way to a listener that may be slow, late or gone; pushing never waits. */
export class EventQueue implements AsyncIterable<Event> {
  #waiting: Event[] = []
  #wake: (() => void) | null = null
  #ended = false
  #left = false

  push(event: Event): void {
    if (this.#left || (isTransient(event) && this.#waiting.length > crowded)) return
    this.#waiting.push(event)
    this.#wakeUp()
  }

  /** No further event comes. */
  end(): void {
    this.#ended = true
    this.#wakeUp()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    try {
      for (;;) {
        const batch = this.#waiting
        this.#waiting = []
        yield* batch
        if (this.#waiting.length > 0) continue
        if (this.#ended) return
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      // Nobody listens any more: the run goes on, and nothing is kept for it.
      this.#left = true
      this.#waiting = []
    }
  }

  #wakeUp(): void {
    this.#wake?.()
    this.#wake = null
  }
}

const isTransient = (event: Event): boolean => event.kind === 'step-progress' || event.kind === 'gate-waiting'
