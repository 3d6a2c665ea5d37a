import type { Address, Alive, Change, Row, Unit, UnitName } from '@forgeplan/model'
import { isMember, majorityOf, unitOf } from '@forgeplan/model'
import type { ExclusiveFlow } from '../members/exclusive.ts'
import type { PlanRequest } from '../request.ts'
import { inFreeingOrder, takersOf } from './freeing-order.ts'
import { isWell } from '../members/condition.ts'
import { moversOf } from './movers.ts'
import type { Schedule } from './schedule.ts'
import { scheduleOf } from './schedule.ts'

/** How every unit is rolled, and what surplus members wait for. */
export interface Rolling {
  readonly schedules: ReadonlyMap<UnitName, Schedule>
  readonly shrinks: ReadonlyMap<UnitName, Alive>
}

interface Scene {
  readonly request: PlanRequest
  readonly rows: ReadonlyMap<Address, Row>
  readonly flow: ExclusiveFlow
}

export const rollingOf = (changes: readonly Change[], scene: Scene): Rolling => {
  const schedules = new Map<UnitName, Schedule>()
  const shrinks = new Map<UnitName, Alive>()
  if (scene.request.options.mode !== 'normal') return { schedules, shrinks }
  const byUnit = membersByUnit(changes)
  for (const configured of scene.request.desired.units) {
    const own = byUnit.get(configured.name) ?? []
    const unit = guarded(configured, scene.request)
    const schedule = scheduleFor(unit, own, scene)
    const shrink = shrinkFor(unit, own, { ...scene, rolls: schedule !== null })
    if (schedule !== null) schedules.set(unit.name, schedule)
    if (shrink !== null) shrinks.set(unit.name, shrink)
  }
  return { schedules, shrinks }
}

const membersByUnit = (changes: readonly Change[]): ReadonlyMap<UnitName, readonly Change[]> => {
  const units = new Map<UnitName, Change[]>()
  for (const change of changes) {
    if (!isMember(change.address)) continue
    const own = units.get(unitOf(change.address)) ?? []
    own.push(change)
    units.set(unitOf(change.address), own)
  }
  return units
}

// A quorum that was overridden is none.
const guarded = (unit: Unit, { options }: PlanRequest): Unit => {
  if (options.overrides?.includes(unit.name) !== true) return unit
  const { quorum: _, ...policy } = unit.policy
  return { ...unit, policy }
}

const stays: ReadonlySet<Change['action']> = new Set(['keep', 'create', 'update', 'restart', 'replace', 'import'])

const scheduleFor = (unit: Unit, own: readonly Change[], { request, rows, flow }: Scene): Schedule | null => {
  const movers = inFreeingOrder(moversOf(own, rows, request.observed), flow)
  if (movers.length === 0) return null
  const moving = new Set(movers.flatMap(({ address, successor }) => (successor === null ? [address] : [address, successor])))
  const late = takersOf(own, movers, flow)
  const staying = own.filter(({ action }) => stays.has(action))
  const others = staying.filter(({ address }) => !moving.has(address) && !late.has(address))
  return scheduleOf(movers, {
    unit,
    size: staying.length,
    others: others.filter((change) => servesSoon(change, rows, request)).length,
    late,
  })
}

// What is made or started before the first wave is taken for well: its gate makes sure.
const servesSoon = ({ address, action }: Change, rows: Scene['rows'], { observed }: PlanRequest): boolean => {
  const row = rows.get(address)
  return (action !== 'keep' && action !== 'update') || (row !== undefined && isWell(row, observed))
}

// Where all that stay are known to be well, and no majority is asked for, there is nothing to wait for.
const shrinkFor = (
  { update, policy }: Unit,
  own: readonly Change[],
  { request, rows, flow, rolls }: Scene & { readonly rolls: boolean },
): Alive | null => {
  const surplus = own.filter((change) => change.action === 'delete' && change.reason.kind !== 'succeeded-by')
  const well = surplus.filter(({ address }) => isWell(rows.get(address) as Row, request.observed))
  const staying = own.filter(({ action }) => stays.has(action))
  const majority = policy.quorum === 'majority' ? majorityOf(own.filter(({ address }) => rows.has(address)).length) : 0
  // Who takes what a surplus member gives up comes only after it.
  const freed = new Set(surplus.flatMap(({ address }) => flow.freed.get(address) ?? []))
  const late = staying.filter(({ action, address }) => action === 'create' && (flow.taken.get(address) ?? []).some((key) => freed.has(key)))
  const need = Math.max(staying.length - late.length - update.maxUnavailable, majority)
  if (well.length === 0 || staying.length === 0 || need <= 0) return null
  const sure = staying.filter(({ address }) => isKnownWell(rows.get(address), request)).length
  if (!rolls && majority === 0 && sure >= need) return null
  return { need, without: surplus.map(({ address }) => address) }
}

const isKnownWell = (row: Row | undefined, { observed }: PlanRequest): boolean =>
  row !== undefined && isWell(row, observed) && observed.health.get(row.uid)?.kind !== 'unknown'
