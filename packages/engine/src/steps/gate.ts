import type { Address, Gate, GateSample, GateVerdict, Step } from '@forgeplan/model'
import { gateName } from '@forgeplan/model'
import { gateVerdict } from '@forgeplan/planner'
import { bounded } from '../deadline.ts'
import type { At } from '../run.ts'
import { checkHalt } from '../run.ts'
import { approval } from './approval.ts'
import { doneEntry } from './remove.ts'
import { takeSample } from './sample.ts'

/** Samples that a gate keeps: those that decide are the latest. */
const samplesKept = 10_000

export type GateStep = Extract<Step, { kind: 'gate' }>

/** Whether the gate was passed; `stop`: what comes after it must not start. */
export type GateEnd =
  | Exclude<GateVerdict, { readonly kind: 'wait' }>
  | {
      readonly kind: 'stop'
      readonly healthy: number
      readonly need: number
      readonly cause: 'unapproved'
      readonly why: string
    }

/** Whether a gate only joins steps: nobody is asked anything, and there is nothing to tell. */
export const isJoint = ({ members, alive, ask }: Gate): boolean => members.length === 0 && (alive === null || alive.need <= 0) && !ask

/**
 * Asks the members until the verdict is clear, and then a person if the gate wants that. Holds no slot.
 * @throws Cancelled when the run halts meanwhile.
 */
export const waitAtGate = async (at: At, step: GateStep): Promise<GateEnd> => {
  if (isJoint(step.gate)) return { kind: 'pass' }
  const made = at.run.made(step.id)
  const { verdict, sample } = await waitUntilWell(at, step, made)
  if (verdict.kind === 'stop') return verdict
  const count = { healthy: made.filter((member) => sample?.health.get(member)?.kind === 'healthy').length, need: made.length }
  const end = step.gate.ask ? await approvedOr(at, step, { count, made }) : verdict
  if (end.kind === 'pass') await at.run.ledger.append([doneEntry(at)])
  return end
}

// A person may take hours: what was well then is looked at again.
const approvedOr = async (
  at: At,
  step: GateStep,
  { count, made }: { readonly count: Pick<GateEnd & { kind: 'stop' }, 'healthy' | 'need'>; readonly made: readonly Address[] },
): Promise<GateEnd> => {
  const isGiven = at.run.approvals.given.has(gateName(step.id))
  const end = await approval(at, step, count)
  if (end.kind === 'stop' || isGiven) return end
  const { verdict } = await waitUntilWell({ ...at, startedAt: at.run.clock.now() }, step, made)
  return verdict
}

interface Waited {
  readonly verdict: Exclude<GateVerdict, { readonly kind: 'wait' }>
  /** The last one; undefined if nobody had to be asked. */
  readonly sample: GateSample | undefined
}

const waitUntilWell = async (at: At, step: GateStep, made: readonly Address[]): Promise<Waited> => {
  const { gate } = step
  const samples: GateSample[] = []
  for (;;) {
    const verdict = gateVerdict(gate, made, samples, { startedAt: at.startedAt, now: at.run.clock.now() })
    if (verdict.kind !== 'wait') return { verdict, sample: samples.at(-1) }
    checkHalt(at.run)
    if (samples.length > 0) {
      tell(at, step, verdict)
      await nap(at, gate)
    }
    samples.push(await takeSample(at, gate, made))
    if (samples.length > samplesKept) samples.shift()
  }
}

const tell = ({ run, step, startedAt }: At, { gate }: GateStep, { healthy, need }: Extract<GateVerdict, { kind: 'wait' }>): void => {
  const now = run.clock.now()
  run.emit({ kind: 'gate-waiting', at: now, step: step.id, unit: gate.unit, healthy, need, elapsedMs: now - startedAt })
}

const nap = async ({ run }: At, gate: Gate): Promise<void> => {
  const ms = gate.pass.kind === 'checks' ? gate.pass.intervalMs : Math.max(Math.min(5_000, gate.pass.ms / 4), gate.pass.ms / 1_000)
  const wait = Math.max(100, ms)
  await bounded({ clock: run.clock, ms: wait + 60_000, stops: [run.halt], grace: { deadline: 0, abort: 0 } }, (signal) =>
    run.clock.sleep(wait, signal),
  )
}
