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
  readonly #sights = new Map<Machine, Sight>()
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
    for (const machine of machines) if (!this.#sights.has(machine)) this.#sights.set(machine, await this.#sight(machine, signal))
    return machines.flatMap((machine) => this.#sights.get(machine) ?? [])
  }

  async #sight(machine: Machine, signal: AbortSignal): Promise<Sight> {
    const { parent, ref } = machine
    const folder = parent === null ? 'a vApp' : await this.#eyes.folders.path(parent, signal)
    const labels = (await this.#labels.get(ref.value)?.(signal)) ?? {}
    return { machine, details: await this.#details.get(ref.value)?.(signal), folder, labels }
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
