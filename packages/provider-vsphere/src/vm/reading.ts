import type { SeenLabels } from '../labels/seen-labels.ts'
import { readLabels } from '../labels/seen-labels.ts'
import { once } from '../places/once.ts'
import type { Details } from './details.ts'
import { readDetails } from './details.ts'
import type { Eyes } from './inventory.ts'
import type { Machine } from './machine.ts'
import { wantsDetails } from './seen-inputs.ts'
import type { Sight } from './sight.ts'

/** What one look at the inventory brought. Those who share it share what is read besides, too. */
export class Reading {
  readonly machines: readonly Machine[]
  readonly #eyes: Eyes
  readonly #details = new Map<string, (signal: AbortSignal) => Promise<Details | undefined>>()
  readonly #labels = new Map<string, (signal: AbortSignal) => Promise<SeenLabels | undefined>>()

  constructor(eyes: Eyes, machines: readonly Machine[]) {
    this.#eyes = eyes
    this.machines = machines
  }

  /** Some of its machines with the path of their folder and, where it matters, their details. */
  async sights(machines: readonly Machine[], signal: AbortSignal): Promise<readonly Sight[]> {
    this.#startReading(
      machines.filter((machine) => wantsDetails(machine) && !this.#details.has(machine.ref.value)),
      signal,
    )
    this.#startReadingLabels(
      machines.filter(({ ref }) => !this.#labels.has(ref.value)),
      signal,
    )
    const sights: Sight[] = []
    for (const machine of machines) {
      const folder = machine.parent === null ? 'a vApp' : await this.#eyes.folders.path(machine.parent, signal)
      const { value } = machine.ref
      const labels = (await this.#labels.get(value)?.(signal)) ?? {}
      sights.push({ machine, details: await this.#details.get(value)?.(signal), folder, labels })
    }
    return sights
  }

  #startReading(machines: readonly Machine[], signal: AbortSignal): void {
    if (machines.length === 0) return
    const keys = new Map(machines.map(({ ref, state }) => [ref.value, state?.keys ?? []]))
    const refs = machines.map(({ ref }) => ref)
    const read = once((ends) => readDetails(this.#eyes.client, refs, { signal: ends, keys }))
    // Whoever waits for one of them is told; without anybody it is nobody's failure.
    read(signal).catch(() => undefined)
    for (const { value } of refs) this.#details.set(value, async (ends) => (await read(ends)).get(value))
  }

  #startReadingLabels(machines: readonly Machine[], signal: AbortSignal): void {
    if (machines.length === 0) return
    const read = once((ends) => readLabels(this.#eyes.labels, { machines, among: this.machines }, ends))
    read(signal).catch(() => undefined)
    for (const { ref } of machines) this.#labels.set(ref.value, async (ends) => (await read(ends)).get(ref.value))
  }
}
