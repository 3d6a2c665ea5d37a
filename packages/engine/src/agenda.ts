import type { Step, StepId, UnitName } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'
import { Heap } from './heap.ts'

export interface Skipped {
  readonly step: Step
  /** The step that did not succeed; null when the run was interrupted before. */
  readonly because: StepId | null
}

/** Why a step will not succeed: `because` is the step to name for it. */
interface Blame {
  readonly because: StepId
  /** The unit in whose own chains this began and stayed, which its gates may tolerate; null: no gate does. */
  readonly within: UnitName | null
}

/**
 * Which step may start, in plan order; linear in steps and edges. A step that did not succeed takes everything after
 * it along, but for gates that tolerate so many failures; all else goes on.
 */
export class Agenda {
  readonly #steps: readonly Step[]
  readonly #dependants: readonly (readonly number[])[]
  readonly #open: number[]
  readonly #blame = new Map<number, Blame>()
  readonly #tolerated = new Map<number, number>()
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
    if (!succeeded) this.#blame.set(first, blameOf(this.#steps[first] as Step))
    const ended = [first]
    for (let at = ended.pop(); at !== undefined; at = ended.pop()) {
      this.#settled.add(at)
      for (const next of this.#dependants[at] ?? []) {
        if (!this.#release(next, this.#blame.get(at))) continue
        const blame = this.#blame.get(next)
        if (blame === undefined) this.#enqueue(next)
        else {
          skipped.push({ step: this.#steps[next] as Step, because: blame.because })
          // What comes after it names the step before it.
          this.#blame.set(next, { ...blame, because: (this.#steps[next] as Step).id })
          ended.push(next)
        }
      }
    }
    return skipped
  }

  // One edge less; true when it was the last one of a step that has not ended yet.
  #release(next: number, blame: Blame | undefined): boolean {
    if (blame !== undefined && !this.#tolerates(next, blame)) this.#block(next, blame)
    const open = (this.#open[next] ?? 0) - 1
    this.#open[next] = open
    return open === 0 && !this.#settled.has(next)
  }

  #tolerates(next: number, { within }: Blame): boolean {
    const step = this.#steps[next] as Step
    if (step.kind !== 'gate' || step.gate.unit !== within) return false
    const before = this.#tolerated.get(next) ?? 0
    if (before >= step.gate.failures) return false
    this.#tolerated.set(next, before + 1)
    return true
  }

  // The first to block is named. Failures of two units are nobody's own, and neither is one that a gate did not tolerate.
  #block(next: number, { because, within }: Blame): void {
    const before = this.#blame.get(next)
    const own = this.#steps[next]?.kind !== 'gate' && (before === undefined || before.within === within)
    this.#blame.set(next, { because: before?.because ?? because, within: own ? within : null })
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

// A gate that stopped has counted what it tolerates.
const blameOf = (step: Step): Blame => ({ because: step.id, within: step.kind === 'gate' ? null : unitOf(step.address) })
