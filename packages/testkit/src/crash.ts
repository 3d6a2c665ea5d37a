import type { Journal } from '@forgeplan/model'
import type { Clock } from './clock.ts'
import type { Interceptor } from './intercept.ts'

/**
 * Stops a run dead at one boundary: from there on nothing that passes a boundary ever comes back, as if the process had
 * been killed. Boundaries are: after every journal append, and before and after every provider call.
 */
export class Crash {
  /** The boundaries that were passed, in order; a run that is never stopped counts them. */
  readonly boundaries: string[] = []
  /** Resolves with the boundary at which the run was stopped; never, if it was not. */
  readonly crashed: Promise<string>
  readonly #at: number
  #over = false
  #tell: (boundary: string) => void = () => undefined

  /** `at` counts boundaries from 1; `Infinity` stops nothing. */
  constructor(at = Infinity) {
    this.#at = at
    this.crashed = new Promise((resolve) => (this.#tell = resolve))
  }

  get over(): boolean {
    return this.#over
  }

  readonly interceptor: Interceptor = async (about, proceed) => {
    const name = `${about.method} ${about.target?.address ?? '*'}`
    await this.#pass(`before ${name}`)
    const result = await proceed().catch(async (error: unknown) => {
      await this.#pass(`after ${name}`)
      throw error
    })
    await this.#pass(`after ${name}`)
    return result
  }

  /** The journal, with a boundary after every append. */
  journal(inner: Journal): Journal {
    return {
      append: async (entries) => {
        if (this.#over) return never()
        const records = await inner.append(entries)
        await this.#pass(`journal ${entries.map((entry) => entry.kind).join(', ')}`)
        return records
      },
    }
  }

  /** The clock; who sleeps in a dead process does not wake. */
  clock(inner: Clock): Clock {
    return {
      now: () => inner.now(),
      sleep: async (ms, signal) => {
        await inner.sleep(ms, signal)
        if (this.#over) await never()
      },
    }
  }

  async #pass(boundary: string): Promise<void> {
    if (this.#over) return never()
    this.boundaries.push(boundary)
    if (this.boundaries.length < this.#at) return
    this.#over = true
    this.#tell(boundary)
    await never()
  }
}

const never = (): Promise<never> => new Promise(() => undefined)
