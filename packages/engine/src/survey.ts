import type { Observation, Present, Row, Uid, Unit } from '@forgeplan/model'
import { compareAddress, groupUnit, isMember, unitOf } from '@forgeplan/model'
import type { Flavor, MemberHandle } from '@forgeplan/sdk'
import { deadlines, grace } from './deadlines.ts'
import { bounded } from './deadline.ts'
import { failureOf } from './errors.ts'
import { redactHealth, takeHealth } from './health.ts'
import type { ObserveRequest } from './observe.ts'
import type { Reader } from './reading.ts'
import { Redactor } from './redact.ts'
import { resolveMap } from './resolve.ts'
import type { HealthByUid, Youth } from './unwell.ts'
import { askedAgain, sparingTheYoung } from './unwell.ts'
import { keepingSecrets } from './worlds.ts'

type Objects = ReadonlyMap<Uid, Observation>
type Members = readonly { readonly row: Row; readonly seen: Present }[]

/**
 * What the flavors say of their members, each answer within one bound; units that heal ask the unwell again. It never
 * fails: what cannot be told is `unknown`.
 */
export const surveyHealth = async (request: ObserveRequest, reader: Reader, objects: Objects): Promise<HealthByUid> => {
  if (request.desired.units.every(({ flavor }) => flavor === null)) return new Map()
  const standing = membersByUnit(request, objects)
  const surveys = request.desired.units.map((unit) => surveyUnit(unit, { request, reader, standing }))
  return new Map((await Promise.all(surveys)).flatMap((health) => [...health]))
}

interface Around {
  readonly request: ObserveRequest
  readonly reader: Reader
  readonly standing: ReadonlyMap<string, Members>
}

const surveyUnit = async (unit: Unit, around: Around): Promise<HealthByUid> => {
  const flavor = unit.flavor === null ? undefined : around.request.worlds.flavors.get(unit.flavor.plugin)
  const members = around.standing.get(unit.name) ?? []
  if (unit.flavor === null || flavor === undefined || members.length === 0 || !flavor.hasHealth(unit.flavor.config)) return new Map()
  const redactor = around.request.worlds.redactor ?? new Redactor()
  const running = members.filter(({ seen }) => seen.status.kind === 'running')
  const probe = (those: Members): Promise<HealthByUid> => ask(unit, flavor, those, { ...around, redactor })
  try {
    return await patiently(unit, running, probe, around)
  } catch (error) {
    const why = redactor.text(failureOf(error, `The flavor ${unit.flavor.name}`).message)
    return new Map(running.map(({ row }) => [row.uid, { kind: 'unknown', why } as const]))
  }
}

const patiently = async (
  { heal, healthTimeoutMs, update }: Unit,
  members: Members,
  probe: (members: Members) => Promise<HealthByUid>,
  { reader }: Around,
): Promise<HealthByUid> => {
  // Whom a gate has given up is not young any more, however long a first member may take.
  const timeoutMs = Math.min(healthTimeoutMs, update.timeoutMs)
  const started = new Map(members.flatMap(({ row }) => (row.startedAt === undefined ? [] : [[row.uid, row.startedAt] as const])))
  const youthOf = (member: Uid): Youth | undefined => {
    const startedAt = started.get(member)
    return startedAt === undefined ? undefined : { startedAt, timeoutMs }
  }
  const first = sparingTheYoung(await probe(members), youthOf, reader.clock.now())
  if (heal === null) return first
  return askedAgain(first, heal, reader, (unwell) => probe(members.filter(({ row }) => unwell.has(row.uid))))
}

const ask = async (
  unit: Unit,
  flavor: Flavor,
  members: Members,
  around: Around & { readonly redactor: Redactor },
): Promise<HealthByUid> => {
  const { request, reader, standing, redactor } = around
  const survey = flavor.survey?.bind(flavor)
  if (survey === undefined)
    return new Map(members.map(({ row }) => [row.uid, { kind: 'unknown', why: 'it can only be asked during apply' } as const]))
  const resolver = keepingSecrets(request.resolver, redactor)
  const outputs = (members: Members | undefined) => (members ?? []).map(({ seen }) => seen.outputs)
  const config = await resolveMap(unit.flavor?.config ?? {}, {
    secret: (source) => resolver.secret(source),
    members: (group) => outputs(standing.get(groupUnit(group))),
    output: (of) => standing.get(unitOf(of))?.find(({ row }) => row.address === of)?.seen.outputs,
  })
  const handles = members.map((member) => handleOf(member, standing))
  const bound = { ...reader, ms: deadlines.survey, grace }
  const answer: unknown = await bounded(bound, (signal) =>
    survey(config, handles, { ...quiet, signal, now: () => reader.clock.now(), sleep: (ms) => reader.clock.sleep(ms, signal) }),
  )
  return new Map(
    members.map(({ row }) => [row.uid, redactHealth(takeHealth(answer instanceof Map ? answer.get(row.uid) : undefined), redactor)]),
  )
}

const quiet = { progress: () => undefined, record: () => Promise.resolve() }

const handleOf = ({ row, seen }: Members[number], standing: Around['standing']): MemberHandle => ({
  address: row.address,
  uid: row.uid,
  outputs: seen.outputs,
  guest: null,
  peers: (group) => (standing.get(groupUnit(group)) ?? []).map((peer) => ({ address: peer.row.address, outputs: peer.seen.outputs })),
})

const membersByUnit = ({ state }: ObserveRequest, objects: Objects): ReadonlyMap<string, Members> => {
  const units = new Map<string, { readonly row: Row; readonly seen: Present }[]>()
  const rows = [...state.rows.values()].filter((row) => row.phase.kind !== 'released' && isMember(row.address))
  for (const row of rows.toSorted((a, b) => compareAddress(a.address, b.address))) {
    const seen = objects.get(row.uid)
    if (seen?.kind !== 'present') continue
    const unit = units.get(unitOf(row.address))
    if (unit === undefined) units.set(unitOf(row.address), [{ row, seen }])
    else unit.push({ row, seen })
  }
  return units
}
