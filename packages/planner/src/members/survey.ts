import type { Address, Row, Unit, UnitName } from '@forgeplan/model'
import { findType, ownerOf, unitOf } from '@forgeplan/model'
import { specDigest } from '../context.ts'
import { instantiate } from './instantiate.ts'
import { placesOf } from './ordinal.ts'
import type { Located } from './locate.ts'
import { locate } from './locate.ts'
import type { PlanRequest } from '../request.ts'
import { sightOf } from '../request.ts'
import type { Roster } from './scale.ts'
import { rosterOf } from './scale.ts'
import type { Seats } from './seats.ts'
import { incomingTo, seatsOf } from './seats.ts'
import type { Dependencies } from '../order/unit-order.ts'
import { unitsInOrder } from '../order/unit-order.ts'

/** The lie of the land: which rows hold which addresses, and which members each unit shall have. */
export interface Survey extends Seats {
  readonly request: PlanRequest
  readonly located: Located
  /** In order of dependency. Empty when everything is to be destroyed. */
  readonly rosters: readonly Roster[]
  readonly dependencies: Dependencies
  /** What the rows' units depended on when they were last applied. */
  readonly former: Dependencies
}

export const survey = (request: PlanRequest): Survey => {
  const { desired, state, places, options } = request
  const located = locate(state, desired, places)
  const dependencies: Dependencies = new Map(desired.units.map((unit) => [unit.name, unit.dependsOn]))
  const held = membersByUnit(located.rows)
  const units = new Map(desired.units.map((unit) => [unit.name, unit]))
  const roster = (name: UnitName): Roster => {
    const unit = units.get(name) as Unit
    const own = held.get(name) ?? []
    const { adoption } = options
    const incoming = adoption?.group === name ? incomingTo(adoption, located) : 0
    const { observed } = request
    const isOutdated = outdated(unit, own, request)
    return rosterOf(keeping(unit, options), own, { away: located.released, observed, isOutdated, incoming, inUse: inUse(request) })
  }
  const rosters = options.mode === 'destroy' ? [] : unitsInOrder(dependencies).map(roster)
  return { request, located, rosters, dependencies, former: formerDependencies(request, located), ...seatsOf(options, rosters, located) }
}

const keeping = (unit: Unit, { prune }: PlanRequest['options']): Unit =>
  unit.shape.kind === 'versions' && prune?.keep != null ? { ...unit, shape: { ...unit.shape, keep: prune.keep } } : unit

// By what the configuration says, not by what is seen: drift makes nobody outdated.
const outdated = (
  unit: Unit,
  held: readonly (readonly [Address, Row])[],
  { desired, catalog, places, hash }: PlanRequest,
): ((address: Address, row: Row) => boolean) => {
  const shop = { stack: desired.stack, catalog, places, problems: [] }
  const members = held.map(([address]) => address)
  const seats = new Map(placesOf(unit, members).map((place, at) => [members[at], place]))
  return (address, row) => {
    const wanted = instantiate(unit, address, seats.get(address) ?? 0, shop).find((each) => each.address === address)
    return wanted !== undefined && specDigest(wanted.inputs, hash) !== row.specDigest
  }
}

const inUse =
  ({ observed, catalog }: PlanRequest) =>
  (row: Row): boolean => {
    const seen = sightOf(observed, row)
    return seen.kind === 'present' && findType(catalog, row.type)?.inUse?.(seen) === true
  }

const membersByUnit = (rows: ReadonlyMap<Address, Row>): ReadonlyMap<UnitName, readonly (readonly [Address, Row])[]> => {
  const units = new Map<UnitName, (readonly [Address, Row])[]>()
  for (const [address, row] of rows) {
    const unit = unitOf(address)
    if (ownerOf(address) !== address) continue
    const list = units.get(unit) ?? []
    list.push([address, row])
    units.set(unit, list)
  }
  return units
}

const formerDependencies = ({ state }: PlanRequest, { rows }: Located): Dependencies => {
  const former = new Map<UnitName, Set<UnitName>>()
  for (const [address, row] of rows) {
    const unit = unitOf(address)
    const set = former.get(unit) ?? new Set()
    for (const name of state.contexts.get(row.context)?.dependsOn ?? []) set.add(name)
    former.set(unit, set)
  }
  return new Map([...former].map(([unit, set]) => [unit, [...set]]))
}
