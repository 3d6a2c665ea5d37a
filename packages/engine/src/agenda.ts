import type { Step, StepId } from '@forgeplan/model'

export interface Skipped {
  readonly step: Step
  /** The step that did not succeed; null when the run was interrupted before. */
  readonly because: StepId | null
}

/**
 * Which step may start, in plan order; linear in steps and edges. A step that did not succeed takes everything after
 * it along; all else goes on.
 */
export class Agenda {
  readonly #steps: readonly Step[]
  readonly #dependants: readonly (readonly number[])[]
  readonly #open: number[]
  readonly #blockedBy = new Map<number, StepId>()
  readonly #indexOf: ReadonlyMap<StepId, number>
  readonly #settled = new Set<number>()
  readonly #started = new Set<number>()
  readonly #ready = new Heap()
  #gates: number[] = []

  constructor(steps: readonly Step[], done: ReadonlySet<StepId>) {
    this.#steps = steps
    this.#indexOf = new Map(steps.map((step, index) => [step.id, index]))
    this.#open = steps.map((step) => step.after.filter((id) => this.#indexOf.has(id)).length)
    this.#dependants = this.#edges()
    const before = [...steps.keys()].filter((index) => done.has((steps[index] as Step).id))
    for (const index of before) this.#settled.add(index)
    for (const index of steps.keys()) if (this.#open[index] === 0) this.#enqueue(index)
    for (const index of before) this.#close(index, true)
  }

  /** Steps whose end is not known yet, running ones included. */
  get left(): number {
    return this.#steps.length - this.#settled.size
  }

  nextStep(): Step | undefined {
    return this.#start(this.#ready.pop())
  }

  /** A gate takes no slot, so it need not wait for one. */
  nextGate(): Step | undefined {
    return this.#start(this.#gates.shift())
  }

  hasStep(): boolean {
    return this.#ready.size > 0
  }

  /** The step has ended; returns what can no longer be done because of it. */
  settle(step: Step, succeeded: boolean): readonly Skipped[] {
    return this.#close(this.#indexOf.get(step.id) as number, succeeded)
  }

  /** Gives up everything that has not started. */
  abandon(): readonly Skipped[] {
    const left = this.#steps.flatMap((step, index) => (this.#settled.has(index) || this.#started.has(index) ? [] : [{ step, index }]))
    for (const { index } of left) this.#settled.add(index)
    this.#gates = []
    this.#ready.clear()
    return left.map(({ step }) => ({ step, because: null }))
  }

  #start(index: number | undefined): Step | undefined {
    if (index === undefined) return undefined
    this.#started.add(index)
    return this.#steps[index]
  }

  #close(first: number, succeeded: boolean): readonly Skipped[] {
    const skipped: Skipped[] = []
    const ended: { readonly index: number; readonly ok: boolean }[] = [{ index: first, ok: succeeded }]
    for (let at = ended.pop(); at !== undefined; at = ended.pop()) {
      this.#settled.add(at.index)
      for (const next of this.#dependants[at.index] ?? []) {
        if (!this.#release(next, at.index, at.ok)) continue
        const because = this.#blockedBy.get(next)
        if (because === undefined) this.#enqueue(next)
        else {
          skipped.push({ step: this.#steps[next] as Step, because })
          ended.push({ index: next, ok: false })
        }
      }
    }
    return skipped
  }

  // One edge less; true when it was the last one of a step that has not ended yet.
  #release(next: number, from: number, ok: boolean): boolean {
    if (!ok && !this.#blockedBy.has(next)) this.#blockedBy.set(next, (this.#steps[from] as Step).id)
    const open = (this.#open[next] ?? 0) - 1
    this.#open[next] = open
    return open === 0 && !this.#settled.has(next)
  }

  #enqueue(index: number): void {
    if (this.#settled.has(index)) return
    if (this.#steps[index]?.kind === 'gate') this.#gates.push(index)
    else this.#ready.push(index)
  }

  #edges(): readonly (readonly number[])[] {
    const edges: number[][] = this.#steps.map(() => [])
    for (const [index, step] of this.#steps.entries()) {
      for (const id of step.after) {
        const from = this.#indexOf.get(id)
        if (from !== undefined) edges[from]?.push(index)
      }
    }
    return edges
  }
}

/** The smallest number first. */
class Heap {
  readonly #items: number[] = []

  get size(): number {
    return this.#items.length
  }

  clear(): void {
    this.#items.length = 0
  }

  push(item: number): void {
    this.#items.push(item)
    let at = this.#items.length - 1
    while (at > 0 && this.#at((at - 1) >> 1) > item) {
      this.#items[at] = this.#at((at - 1) >> 1)
      at = (at - 1) >> 1
    }
    this.#items[at] = item
  }

  pop(): number | undefined {
    const top = this.#items[0]
    const last = this.#items.pop()
    if (top === undefined || last === undefined || this.#items.length === 0) return top
    this.#sink(last)
    return top
  }

  #sink(item: number): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.#items.length) break
      const child = left + 1 < this.#items.length && this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(child) >= item) break
      this.#items[at] = this.#at(child)
      at = child
    }
    this.#items[at] = item
  }

  #at(index: number): number {
    return this.#items[index] as number
  }
}
