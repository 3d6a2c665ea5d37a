import type { Address, FlavorUse, UnitName } from '@forgeplan/model'
import { contextId, isMember, unitOf } from '@forgeplan/model'
import type { Survey } from '../members/survey.ts'
import { sightOf } from '../request.ts'
import { isLeader } from '../members/condition.ts'
import type { UnitTraits } from './chain.ts'

/** What the steps of each configured unit depend on. */
export const traitsOf = ({ request: { desired, catalog }, located }: Survey): ReadonlyMap<UnitName, UnitTraits> => {
  const standing = new Set([...located.rows.keys()].map(unitOf))
  return new Map(
    desired.units.map((unit) => {
      const flavor = unit.flavor === null ? undefined : catalog.flavors.get(unit.flavor.plugin)
      const hasHealth = unit.flavor !== null && flavor?.hasHealth(unit.flavor.config) === true
      const joins = unit.flavor !== null && flavor?.hasJoined?.(unit.flavor.config) === true
      const serial = flavor?.bootstrap === 'serial' && !standing.has(unit.name)
      return [unit.name, { hasHealth, healthTimeoutMs: unit.healthTimeoutMs, update: unit.update, joins, serial }]
    }),
  )
}

const flavorAt = ({ request, located }: Survey, address: Address): FlavorUse | null =>
  request.state.contexts.get(located.rows.get(address)?.context ?? contextId(''))?.flavor ?? null

/** Whether the flavor that an object was made with is told when it has gone. */
export const leavesOf =
  (land: Survey) =>
  (address: Address): boolean => {
    const use = isMember(address) ? flavorAt(land, address) : null
    return use !== null && land.request.catalog.flavors.get(use.plugin)?.hasLeft?.(use.config) === true
  }

/** Whether the flavor's survey calls the member the leader of its group. */
export const leadsOf =
  ({ request, located }: Survey) =>
  (address: Address): boolean => {
    const row = located.rows.get(address)
    return row !== undefined && isLeader(row, request.observed)
  }

/** Whether the object is running and the flavor that it was made with can drain it. */
export const drainsOf =
  (land: Survey) =>
  (address: Address): boolean => {
    const { request, located } = land
    const row = located.rows.get(address)
    const use = flavorAt(land, address)
    if (row === undefined || use === null || request.catalog.flavors.get(use.plugin)?.hasDrain(use.config) !== true) return false
    const seen = sightOf(request.observed, row)
    return seen.kind === 'present' && seen.status.kind === 'running'
  }
