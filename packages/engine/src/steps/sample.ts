import type { Address, FlavorUse, Gate, GateSample, Health, Observation, PlainMap, Row } from '@forgeplan/model'
import type { Flavor } from '@forgeplan/sdk'
import { newsOf } from '../begin.ts'
import { calling } from '../calls.ts'
import { deadlines } from '../deadlines.ts'
import { takeObservations } from '../hostile.ts'
import { flavorConfig, flavorOf, handleFor } from '../inputs.ts'
import type { At, Place } from '../run.ts'
import { failureIn } from '../run.ts'
import { redactObservation } from '../redact.ts'
import { redactHealth, takeHealth } from '../health.ts'
import { targetOf } from '../target.ts'
import { guestOf } from './drain.ts'
import { placeOfRow, stands } from './standing.ts'

/** So many members are asked at once. */
const askedAtOnce = 16

const absent: Health = { kind: 'unhealthy', why: 'it does not exist' }

/**
 * Asks the members that were made, and where the gate wants some alive whoever was changed, the others that stand and
 * that it counts.
 */
export const takeSample = async (at: At, gate: Gate, made: readonly Address[]): Promise<GateSample> => {
  const standing = made.flatMap((address) => at.run.ledger.rowAt(address) ?? []).filter(stands)
  const others = othersOf(at, gate, made)
  const seen = await seenOf(at, [...standing, ...others])
  // A machine may have no address before its guest is up; who comes after the gate asks for it.
  const news = standing.flatMap((row) => newsOf(row, seen.get(row.uid)))
  if (news.length > 0) await at.run.ledger.append(news)
  const told = await askAll(at, [...standing, ...others], seen)
  const asked = [...made, ...others.map((row) => row.address)]
  // The making of a member is over by the time of its gate, so nobody is left who would bring it about or start it.
  const missing = made.filter((address) => !told.has(address))
  const stopped = standing.filter((row) => hasEnded(seen.get(row.uid))).map((row) => row.address)
  return {
    at: at.run.clock.now(),
    health: new Map(asked.map((address) => [address, told.get(address) ?? absent])),
    // Who stands as before because its own step failed has not become what it shall be.
    ended: new Set([...missing, ...stopped, ...made.filter((address) => at.run.failed.has(address))]),
  }
}

const othersOf = ({ run }: At, { unit, alive }: Gate, made: readonly Address[]): readonly Row[] => {
  if (alive === null) return []
  const known = new Set([...made, ...alive.without])
  return run.ledger.members(unit).filter((row) => !known.has(row.address))
}

const askAll = async (at: At, rows: readonly Row[], seen: Objects): Promise<ReadonlyMap<Address, Health>> => {
  const told = new Map<Address, Health>()
  const queue = rows.values()
  const ask = async (): Promise<void> => {
    for (const row of queue) told.set(row.address, await healthOf(at, row, seen.get(row.uid)))
  }
  await Promise.all(Array.from({ length: Math.min(askedAtOnce, rows.length) }, ask))
  return told
}

type Objects = ReadonlyMap<Row['uid'], Observation>

const hasEnded = (seen: Observation | undefined): boolean =>
  seen?.kind === 'absent' || (seen?.kind === 'present' && seen.status.kind === 'stopped')

// One bulk read per type; a read that fails leaves its members unknown for this round.
const seenOf = async (at: At, rows: readonly Row[]): Promise<Objects> => {
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

const lookAtMany = (at: At, place: Place, rows: readonly Row[]): Promise<Objects> => {
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
