import type { Address, Policy, Reason, Row, UnitName } from '@forgeplan/model'
import { isMember, ownerOf, unitOf } from '@forgeplan/model'
import type { Roster } from '../members/scale.ts'
import type { Survey } from '../members/survey.ts'
import { sightOf } from '../request.ts'
import type { Removal } from './remove.ts'
import { remove } from './remove.ts'

/** Every row that nothing wants, and what becomes of it. `rosters` name the members, `wanted` are the addresses that stay or come. */
export const removalsOf = (survey: Survey, rosters: readonly Roster[], wanted: ReadonlySet<Address>): readonly Removal[] => {
  const { request, located } = survey
  const configured = new Map(request.desired.units.map((unit) => [unit.name, unit.policy]))
  const reasons = reasonsOf(survey, rosters)
  const kept = new Set(rosters.flatMap((roster) => roster.kept))
  return [...located.rows]
    .filter(([address]) => !wanted.has(address))
    .map(([address, row]) => {
      const seen = sightOf(request.observed, row)
      if (kept.has(address) && seen.kind !== 'absent') return stay(address, row)
      return remove({ address, row, seen, policy: policyOf(row, address, configured, request.state.contexts), reason: reasons(address) })
    })
}

const stay = (address: Address, row: Row): Removal => ({
  change: { action: 'keep', address, type: row.type, uid: row.uid },
  unreadable: null,
})

type Configured = ReadonlyMap<UnitName, Policy>

const standard: Policy = { preventDestroy: false, onDestroy: 'destroy', ignoreChanges: [] }

/** The policy that holds for a row: the configured one while its unit is configured, else the one the row keeps. */
export const policyOf = (row: Row, address: Address, configured: Configured, contexts: Survey['request']['state']['contexts']): Policy => {
  const kept = contexts.get(row.context)?.policy ?? standard
  const policy = configured.get(unitOf(address)) ?? kept
  // Whether a part outlives its machine is the row's own affair: the unit's policy does not know it.
  return isMember(address) ? policy : { ...policy, onDestroy: kept.onDestroy }
}

/** The policy that holds for what stands at an address; undefined where nothing does. */
export const standingPolicies = ({ request, located }: Survey): ((address: Address) => Policy | undefined) => {
  const configured = new Map(request.desired.units.map((unit) => [unit.name, unit.policy]))
  return (address) => {
    const row = located.rows.get(address)
    return row === undefined ? undefined : policyOf(row, address, configured, request.state.contexts)
  }
}

const reasonsOf = ({ request }: Survey, rosters: readonly Roster[]): ((address: Address) => Reason) => {
  const leaving = new Map(rosters.flatMap((roster) => roster.leaving.map(({ address, reason }) => [address, reason] as const)))
  const configured = new Set(request.desired.units.map(({ name }) => name))
  return (address) => {
    if (request.options.mode === 'destroy') return { kind: 'destroy' }
    if (!configured.has(unitOf(address))) return { kind: 'not-configured' }
    return leaving.get(address) ?? { kind: 'owner', address: ownerOf(address) }
  }
}
