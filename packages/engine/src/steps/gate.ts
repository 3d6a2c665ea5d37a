import type { Address, FlavorUse, Gate, GateSample, GateVerdict, Health, Observation, PlainMap, Row, Step } from '@forgeplan/model'
import { gateVerdict } from '@forgeplan/planner'
import type { Flavor } from '@forgeplan/sdk'
import { calling } from '../calls.ts'
import { bounded } from '../deadline.ts'
import { deadlines } from '../deadlines.ts'
import { takeObservations } from '../hostile.ts'
import { flavorConfig, flavorOf, handleFor } from '../inputs.ts'
import type { At, Place } from '../run.ts'
import { checkHalt, failureIn } from '../run.ts'
import { redactObservation } from '../redact.ts'
import { redactHealth, takeHealth } from '../survey.ts'
import { targetOf } from '../target.ts'
import { guestOf } from './drain.ts'
import { doneEntry } from './remove.ts'
import { placeOfRow } from './standing.ts'

/** So many members are asked at once. */
const askedAtOnce = 16
/** Samples that a gate keeps: those that decide are the latest. */
const samplesKept = 10_000

export type GateStep = Extract<Step, { kind: 'gate' }>

/** Whether the gate was passed; `stop`: what comes after it must not start. */
export type GateEnd = Exclude<GateVerdict, { readonly kind: 'wait' }>

/** Asks the members until the verdict is clear. Holds no slot. @throws Cancelled when the run halts meanwhile. */
export const waitAtGate = async (at: At, step: GateStep): Promise<GateEnd> => {
  const { gate } = step
  const samples: GateSample[] = []
  for (;;) {
    const verdict = gateVerdict(gate, gate.members, samples, { startedAt: at.startedAt, now: at.run.clock.now() })
    if (verdict.kind === 'pass') {
      if (gate.members.length > 0) await at.run.ledger.append([doneEntry(at)])
      return verdict
    }
    if (verdict.kind === 'stop') return verdict
    checkHalt(at.run)
    if (samples.length > 0) {
      tell(at, step, verdict)
      await nap(at, gate)
    }
    samples.push(await takeSample(at, gate))
    if (samples.length > samplesKept) samples.shift()
  }
}

const tell = ({ run, step, startedAt }: At, { gate }: GateStep, { healthy, need }: Extract<GateVerdict, { kind: 'wait' }>): void => {
  const now = run.clock.now()
  run.emit({ kind: 'gate-waiting', at: now, step: step.id, unit: gate.unit, healthy, need, elapsedMs: now - startedAt })
}

const nap = async ({ run }: At, gate: Gate): Promise<void> => {
  const ms = gate.pass.kind === 'checks' ? gate.pass.intervalMs : Math.min(5_000, gate.pass.ms / 4)
  const wait = Math.max(100, ms)
  await bounded({ clock: run.clock, ms: wait + 60_000, stops: [run.halt], grace: { deadline: 0, abort: 0 } }, (signal) =>
    run.clock.sleep(wait, signal),
  )
}

const takeSample = async (at: At, gate: Gate): Promise<GateSample> => {
  const rows = gate.members.flatMap((address) => at.run.ledger.rowAt(address) ?? [])
  const seen = await seenOf(at, rows)
  const answers: (readonly [Address, Health])[] = []
  const queue = [...rows]
  const ask = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift())
      answers.push([row.address, await healthOf(at, row, seen.get(row.uid))])
  }
  await Promise.all(Array.from({ length: Math.min(askedAtOnce, rows.length) }, ask))
  const absent: Health = { kind: 'unhealthy', why: 'it does not exist' }
  const told = new Map(answers)
  return {
    at: at.run.clock.now(),
    health: new Map(gate.members.map((address) => [address, told.get(address) ?? absent])),
    ended: new Set(rows.filter((row) => hasEnded(seen.get(row.uid))).map((row) => row.address)),
  }
}

// Its making is over by the time of the gate, so that nobody is left who would start it.
const hasEnded = (seen: Observation | undefined): boolean =>
  seen?.kind === 'absent' || (seen?.kind === 'present' && seen.status.kind === 'stopped')

// One bulk read per type; a read that fails leaves its members unknown for this round.
const seenOf = async (at: At, rows: readonly Row[]): Promise<ReadonlyMap<Row['uid'], Observation>> => {
  const looks = grouped(rows).map(async (group) => {
    try {
      const place = placeOfRow(at.run, group[0] as Row)
      return await lookAtMany(at, place, group)
    } catch (error) {
      at.run.ledger.broken.throwIfAborted()
      const why = failureIn(at.run, error, 'A provider').message
      return new Map(group.map((row) => [row.uid, { kind: 'unreadable', lastSeen: null, why } as Observation] as const))
    }
  })
  return new Map((await Promise.all(looks)).flatMap((seen) => [...seen]))
}

const grouped = (rows: readonly Row[]): readonly (readonly Row[])[] => {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = `${row.context} ${row.type}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return [...groups.values()]
}

const lookAtMany = (at: At, place: Place, rows: readonly Row[]): Promise<ReadonlyMap<Row['uid'], Observation>> => {
  const targets = rows.map((row) => targetOf(row, at.run.identity))
  const uids = rows.map((row) => row.uid)
  const { redactor } = at.run
  return calling(at, { ms: deadlines.observe, uid: null }, async (call) => {
    const seen = takeObservations(await place.handler.observe(targets, call), uids)
    return new Map([...seen].map(([uid, observation]) => [uid, redactObservation(observation, redactor)]))
  })
}

const healthOf = async (at: At, row: Row, seen: Observation | undefined): Promise<Health> => {
  if (seen === undefined || seen.kind === 'unreadable') return { kind: 'unknown', why: seen?.why ?? 'it was not looked at' }
  if (seen.kind !== 'present') return { kind: 'unhealthy', why: `it is ${seen.kind}` }
  if (seen.status.kind === 'stopped') return { kind: 'unhealthy', why: `${seen.status.why}${consoleOf(seen.outputs)}` }
  const using = flavorOf(at.run, row)
  if (using?.flavor.health === undefined || !using.flavor.hasHealth(using.use.config)) return { kind: 'healthy' }
  try {
    return redactHealth(await askFlavor(at, { row, seen, ...using }), at.run.redactor)
  } catch (error) {
    at.run.ledger.broken.throwIfAborted()
    return { kind: 'unknown', why: failureIn(at.run, error, `The flavor ${using.use.name}`).message }
  }
}

// Where a machine keeps its console, a person finds there why it stopped.
const consoleOf = ({ console: path }: PlainMap): string => (typeof path === 'string' ? `, see its console ${path}` : '')

interface Asking {
  readonly row: Row
  readonly seen: Extract<Observation, { kind: 'present' }>
  readonly use: FlavorUse
  readonly flavor: Flavor
}

const askFlavor = async (at: At, { row, seen, use, flavor }: Asking): Promise<Health> => {
  const config = await flavorConfig(at.run, use, row.address)
  const guest = await guestOf(at, { row, place: placeOfRow(at.run, row), seen })
  const member = handleFor(at.run, { ...row, outputs: seen.outputs }, guest)
  return takeHealth(await calling(at, { ms: deadlines.health, uid: null }, async (call) => flavor.health?.(config, member, call)))
}
