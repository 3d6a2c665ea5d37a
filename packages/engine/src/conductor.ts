import type { Failure, Gate, RunCounts, Step } from '@forgeplan/model'
import { ownerOf } from '@forgeplan/model'
import type { Agenda, Skipped } from './agenda.ts'
import { progress } from './calls.ts'
import type { Tally } from './finish.ts'
import { worse } from './finish.ts'
import type { At, Run } from './run.ts'
import { failureIn } from './run.ts'
import { perform } from './perform-step.ts'
import type { GateEnd, GateStep } from './steps/gate.ts'
import { isJoint, waitAtGate } from './steps/gate.ts'

const heartbeatMs = 10_000

/** Starts what may start, as far as the slots reach, and keeps the books. */
export class Conductor {
  readonly #run: Run
  readonly #agenda: Agenda
  readonly #running = new Map<Step, At>()
  readonly #totals = { succeeded: 0, failed: 0, skipped: 0, abandoned: 0, imported: 0, added: 0, changed: 0, destroyed: 0 }
  readonly #ends = { stale: false, gateStopped: false, cancelled: false }
  #failure: Failure | null = null
  #fatal: { readonly error: unknown } | null = null
  #over: () => void = () => undefined

  constructor(run: Run, agenda: Agenda) {
    this.#run = run
    this.#agenda = agenda
  }

  get failure(): Failure | null {
    return this.#failure
  }

  counts(): RunCounts {
    const { imported, added, changed, destroyed, failed, skipped, abandoned } = this.#totals
    return { imported, added, changed, destroyed, failed, skipped: skipped + abandoned }
  }

  tally(): Tally {
    const { succeeded, failed, skipped, abandoned } = this.#totals
    return { succeeded, failed, skipped, abandoned, ...this.#ends }
  }

  /** Resolves when nothing runs and nothing more can start. @throws what broke the journal. */
  async run(): Promise<void> {
    const over = new Promise<void>((resolve) => (this.#over = resolve))
    const quiet = new AbortController()
    const interrupted = (): void => this.#interrupt()
    this.#run.halt.addEventListener('abort', interrupted, { once: true })
    this.#run.slots.onFree(() => this.#pump())
    const heart = this.#beat(quiet.signal)
    this.#pump()
    await over
    quiet.abort()
    await heart
    this.#run.halt.removeEventListener('abort', interrupted)
    if (this.#fatal !== null) throw this.#fatal.error
    this.#abandon()
  }

  #pump(): void {
    const { halt, slots } = this.#run
    while (!halt.aborted) {
      const gate = this.#agenda.nextGate()
      if (gate === undefined) break
      this.#start(gate, (at) => this.#gate(at, gate as GateStep))
    }
    while (!halt.aborted && this.#agenda.hasStep() && slots.tryTake()) {
      const step = this.#agenda.nextStep() as Step
      this.#start(step, (at) => this.#step(at))
    }
    if (this.#running.size === 0) this.#over()
  }

  #start(step: Step, work: (at: At) => Promise<boolean>): void {
    const now = this.#run.clock.now()
    const address = step.kind === 'gate' ? (step.gate.unit as string as At['address']) : step.address
    const at: At = { run: this.#run, step, verb: step.kind, address, startedAt: now, told: { at: now } }
    this.#running.set(step, at)
    work(at)
      .catch((error: unknown) => {
        this.#fatal ??= { error }
        return false
      })
      .then((ok) => {
        this.#running.delete(step)
        this.#skip(this.#agenda.settle(step, ok))
        if (step.kind !== 'gate') this.#run.slots.give()
        this.#pump()
      })
      .catch((error: unknown) => {
        this.#fatal ??= { error }
        this.#over()
      })
  }

  async #step(at: At): Promise<boolean> {
    const { run, step, verb, address, startedAt } = at
    run.emit({ kind: 'step-started', at: startedAt, step: step.id, verb, address })
    try {
      await perform(at)
    } catch (error) {
      run.ledger.broken.throwIfAborted()
      const failure = failureIn(run, error, `The step ${step.id}`)
      this.#note(failure)
      run.failed.add(ownerOf(address))
      const now = run.clock.now()
      run.emit({ kind: 'step-failed', at: now, step: step.id, verb, address, elapsedMs: now - startedAt, failure })
      return false
    }
    this.#count(step)
    const now = run.clock.now()
    run.emit({ kind: 'step-succeeded', at: now, step: step.id, verb, address, elapsedMs: now - startedAt })
    return true
  }

  async #gate(at: At, step: GateStep): Promise<boolean> {
    const { run, startedAt } = at
    try {
      const end = await waitAtGate(at, step)
      const now = run.clock.now()
      const about = { at: now, step: step.id, unit: step.gate.unit }
      if (end.kind === 'pass') {
        if (isJoint(step.gate)) return true
        this.#totals.succeeded += 1
        run.emit({ kind: 'gate-passed', ...about, elapsedMs: now - startedAt })
        return true
      }
      this.#ends.gateStopped = true
      this.#note(failureOfGate(step.gate, end))
      run.emit({ kind: 'gate-stopped', ...about, healthy: end.healthy, need: end.need, cause: end.cause, why: end.why })
      return false
    } catch (error) {
      run.ledger.broken.throwIfAborted()
      const failure = failureIn(run, error, `The gate ${step.id}`)
      if (failure.kind === 'cancelled') this.#skip([{ step, because: null }])
      else {
        this.#note(failure)
        run.emit({
          kind: 'gate-stopped',
          at: run.clock.now(),
          step: step.id,
          unit: step.gate.unit,
          healthy: 0,
          need: 0,
          cause: 'failed',
          why: failure.message,
        })
      }
      return false
    }
  }

  #note(failure: Failure): void {
    this.#totals.failed += 1
    this.#failure = worse(this.#failure, failure)
    if (failure.kind === 'stale') this.#ends.stale = true
    if (failure.kind === 'cancelled') this.#ends.cancelled = true
  }

  #count(step: Step): void {
    this.#totals.succeeded += 1
    if (step.kind === 'mark' && this.#run.changes.get(step.address)?.action === 'import') this.#totals.imported += 1
    if (step.kind === 'create') this.#totals.added += 1
    if (step.kind === 'update' || step.kind === 'restart') this.#totals.changed += 1
    if (step.kind === 'delete') this.#totals.destroyed += 1
  }

  #skip(skipped: readonly Skipped[]): void {
    for (const { step, because } of skipped) {
      if (because === null) this.#totals.abandoned += 1
      else this.#totals.skipped += 1
      const address = step.kind === 'gate' ? step.gate.unit : step.address
      this.#run.emit({ kind: 'step-skipped', at: this.#run.clock.now(), step: step.id, verb: step.kind, address, because })
    }
  }

  #abandon(): void {
    this.#skip(this.#agenda.abandon())
  }

  #interrupt(): void {
    // Nobody interrupted a run whose journal broke, and what runs is being cut off already.
    if (!this.#run.ledger.broken.aborted) this.#run.emit({ kind: 'interrupting', at: this.#run.clock.now(), running: this.#running.size })
    if (this.#running.size === 0) this.#over()
  }

  async #beat(quiet: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#run.clock.sleep(heartbeatMs, quiet)
      } catch {
        return
      }
      const now = this.#run.clock.now()
      for (const at of this.#running.values()) if (at.verb !== 'gate' && now - at.told.at >= heartbeatMs) progress(at, null)
    }
  }
}

const failureOfGate = ({ unit }: Gate, { cause, why }: Extract<GateEnd, { kind: 'stop' }>): Failure => {
  switch (cause) {
    case 'ended':
      return { kind: 'conflict', message: `Members of ${unit} ended instead of becoming healthy: ${why}` }
    case 'deadline':
      return { kind: 'timeout', message: `The members of ${unit} did not become healthy: ${why}` }
    case 'unapproved':
      return { kind: 'denied', message: `${unit} waits for approval: ${why}` }
    default:
      return cause satisfies never
  }
}
