import type { Address, Change, Lift, Policy, Refusal, Row, UnitName } from '@forgeplan/model'
import { majorityOf, unitOf } from '@forgeplan/model'
import type { PlanRequest } from '../request.ts'
import { isWell } from '../members/condition.ts'
import type { Schedule } from '../roll/schedule.ts'
import type { Brakes } from './brakes.ts'

interface Council {
  readonly changes: readonly Change[]
  readonly request: PlanRequest
  readonly rows: ReadonlyMap<Address, Row>
  readonly schedules: ReadonlyMap<UnitName, Schedule>
  readonly policyOf: (address: Address) => Policy | undefined
}

/**
 * The brake of groups that need a majority: nothing may take a healthy member down if fewer healthy ones than a
 * majority are left. What is down already may always be repaired.
 */
export const quorumBrake = (council: Council): Brakes => {
  const broken = [...membersWithQuorum(council)].flatMap(([unit, own]) => breachOf(unit, own, council) ?? [])
  const overridden = new Set(council.request.options.overrides)
  return {
    refusals: broken.filter(({ unit }) => !overridden.has(unit)).map(refusal),
    lifts: broken.filter(({ unit }) => overridden.has(unit)).map(lift),
  }
}

interface Breach {
  readonly unit: UnitName
  readonly left: number
  readonly majority: number
  readonly of: number
  readonly addresses: readonly Address[]
}

const membersWithQuorum = ({ changes, policyOf }: Council): ReadonlyMap<UnitName, readonly Change[]> => {
  // The policy is that of what stands; those that come belong to the same group.
  const councils = new Set(changes.flatMap(({ address }) => (policyOf(address)?.quorum === 'majority' ? [unitOf(address)] : [])))
  const units = new Map<UnitName, Change[]>()
  for (const change of changes) {
    if (!change.address.startsWith('group.') || !councils.has(unitOf(change.address))) continue
    const own = units.get(unitOf(change.address)) ?? []
    own.push(change)
    units.set(unitOf(change.address), own)
  }
  return units
}

const breachOf = (unit: UnitName, own: readonly Change[], council: Council): Breach | null => {
  const { rows, request, schedules } = council
  const healthy = new Set(own.map(({ address }) => address).filter((address) => serves(rows.get(address), request)))
  const ending = own.filter((change) => endsForGood(change)).map(({ address }) => address)
  const standing = own.filter(({ address }) => rows.has(address)).length
  return shrinkBreach(unit, ending, { healthy, standing }) ?? waveBreach(unit, schedules.get(unit), { own, healthy, ending })
}

const serves = (row: Row | undefined, { observed }: PlanRequest): boolean => row !== undefined && isWell(row, observed)

const endsForGood = (change: Change): boolean => change.action === 'delete' && change.reason.kind !== 'succeeded-by'

const shrinkBreach = (
  unit: UnitName,
  ending: readonly Address[],
  { healthy, standing }: { readonly healthy: ReadonlySet<Address>; readonly standing: number },
): Breach | null => {
  const going = ending.filter((address) => healthy.has(address))
  const [left, majority] = [healthy.size - going.length, majorityOf(standing)]
  return going.length === 0 || left >= majority ? null : { unit, left, majority, of: standing, addresses: going }
}

// What is made or repaired before the first wave, and in the waves before, is taken for healthy: the gates make sure.
const waveBreach = (
  unit: UnitName,
  schedule: Schedule | undefined,
  {
    own,
    healthy,
    ending,
  }: { readonly own: readonly Change[]; readonly healthy: ReadonlySet<Address>; readonly ending: readonly Address[] },
): Breach | null => {
  if (schedule === undefined) return null
  const { roll, rolled, late } = schedule
  const made = own.filter(
    ({ action, address }) => (action === 'create' || action === 'restart') && !rolled.has(address) && !late.has(address),
  )
  const well = new Set([...healthy, ...made.map(({ address }) => address)])
  for (const address of ending) well.delete(address)
  for (const { members, successors } of roll.waves) {
    for (const address of successors) well.add(address)
    const going = members.filter((address) => well.has(address))
    const [left, majority] = [well.size - going.length, majorityOf(roll.size)]
    if (going.length > 0 && left < majority) return { unit, left, majority, of: roll.size, addresses: going }
    for (const address of members) well.delete(address)
    if (successors.length === 0) for (const address of members) well.add(address)
  }
  return null
}

const words = ({ unit, left, majority, of }: Breach): string =>
  `${unit} would be left with ${left} healthy of ${of}; its quorum needs ${majority}`

const refusal = (breach: Breach): Refusal => ({
  kind: 'quorum',
  exit: 6,
  summary: words(breach),
  remedy: `Take fewer members down at once, or repair the others first. If the loss of the quorum is meant: --override quorum:${breach.unit.slice('group.'.length)}`,
  addresses: breach.addresses,
})

const lift = (breach: Breach): Lift => ({
  kind: 'quorum',
  detail: `--override quorum:${breach.unit.slice('group.'.length)} accepts that ${words(breach)}`,
})
