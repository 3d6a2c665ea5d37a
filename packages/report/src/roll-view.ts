import type { Address, Change, Gate, Plan, Roll, StepId, Unit, UnitName, Wave } from '@forgeplan/model'
import { majorityOf, unitOf } from '@forgeplan/model'
import { shownGate } from './gate-name.ts'

/** A roll as a reader sees it. */
export interface RollView {
  readonly unit: UnitName
  readonly order: Roll['order']
  readonly size: number
  readonly alive: number
  readonly quorum: QuorumView | null
  /** What is done to the members, the most frequent first. */
  readonly work: readonly { readonly work: Work; readonly amount: number }[]
  /** Whether members are drained before they go down: because nothing can drain them, or because it was not wanted. */
  readonly drain: 'all' | 'none' | 'skipped'
  /** Every one of them, in order. */
  readonly waves: readonly WaveView[]
  /** The gates of the waves and the last one, without those that only look at who is well now. */
  readonly gates: readonly Gate[]
  /** Whether something is waited for before anybody goes down. */
  readonly gatedFirst: boolean
  /** The names to approve, in order. */
  readonly asks: readonly string[]
}

export interface QuorumView {
  readonly need: number
  readonly state: 'kept' | 'refused' | 'overridden'
}

export type Work = 'replaced' | 'restarted'

export interface WaveView {
  /** From 1. */
  readonly number: number
  readonly members: readonly Address[]
  readonly successors: readonly Address[]
  readonly work: Work | 'mixed'
  /** Members that are known to be unwell now. */
  readonly unwell: readonly Address[]
  /** The leader, if it is one of them; null: it is not. */
  readonly leader: Address | null
  /** So many others have to be healthy before it begins; null: nothing is waited for. */
  readonly alive: number | null
  /** The name to approve; null: nobody is asked. */
  readonly asks: string | null
  /** Whether a person is asked before the members go, since their successors can be looked at by then. */
  readonly asksFirst: boolean
}

/** The rolls of a plan, linear in it. */
export const rollViews = (plan: Plan): readonly RollView[] => {
  if (plan.rolls.length === 0) return []
  const facts = factsOf(plan)
  return plan.rolls.map((roll) => rollView(roll, facts))
}

/** Whether a roll says more than that a lone instance is changed, which its unit's line says. */
export const isTelling = ({ unit, waves, asks }: RollView): boolean =>
  !unit.startsWith('instance.') || waves.length > 1 || asks.length > 0 || waves.some(({ successors }) => successors.length > 0)

interface Facts {
  readonly units: ReadonlyMap<UnitName, Unit>
  readonly changes: ReadonlyMap<Address, Change>
  readonly gates: ReadonlyMap<StepId, Gate>
  readonly drained: ReadonlySet<Address>
  readonly unwell: ReadonlySet<Address>
  readonly refused: ReadonlySet<UnitName>
  readonly overridden: ReadonlySet<string>
}

const factsOf = ({ changes, desired, lifts, refusals, risks, steps }: Plan): Facts => ({
  units: new Map(desired.units.map((unit) => [unit.name, unit])),
  changes: new Map(changes.map((change) => [change.address, change])),
  gates: new Map(steps.flatMap((step) => (step.kind === 'gate' ? [[step.id, step.gate] as const] : []))),
  drained: new Set(steps.flatMap((step) => (step.kind === 'drain' ? [step.address] : []))),
  unwell: new Set([
    ...risks.flatMap(({ kind, addresses }) => (kind === 'unhealthy' ? addresses : [])),
    ...changes.flatMap((change) => (isUnwell(change) ? [change.address] : [])),
  ]),
  refused: new Set(refusals.flatMap(({ kind, addresses }) => (kind === 'quorum' ? addresses.map(unitOf) : []))),
  // A lift tells in words what it lifts; the option that it quotes is `quorum:NAME`.
  overridden: new Set(lifts.flatMap(({ kind, detail }) => (kind === 'quorum' ? detail.split(/[\s,]+/) : []))),
})

const isUnwell = (change: Change): boolean =>
  'reason' in change && (change.reason.kind === 'unhealthy' || (change.action === 'replace' && change.reason.kind === 'stopped'))

const rollView = (roll: Roll, facts: Facts): RollView => {
  const { unit, order, size, alive } = roll
  const waves = roll.waves.map((wave, at) => waveView({ ...wave, leader: roll.leader }, at, facts))
  const own = new Set([...roll.waves.flatMap(({ gate, ask }) => [gate, ask]), `gate:${unit}`])
  const gates = [...own].flatMap((id) => (id === null ? [] : (facts.gates.get(id as StepId) ?? [])))
  const telling = gates.filter(({ members }) => members.length > 0)
  return {
    unit,
    order,
    size,
    alive,
    quorum: quorumOf(roll, facts),
    work: workOf(waves, facts),
    drain: drainOf(roll, facts),
    waves,
    gates: telling.length > 0 ? telling : gates,
    gatedFirst: (roll.waves[0]?.gate ?? null) !== null,
    asks: waves.flatMap(({ asks }) => asks ?? []),
  }
}

type LedWave = Wave & { readonly leader: Address | undefined }

const waveView = ({ members, successors, gate, ask, leader }: LedWave, at: number, facts: Facts): WaveView => {
  const works = new Set(members.map((address) => workAt(address, facts)))
  const [only] = works
  return {
    number: at + 1,
    members,
    successors,
    work: works.size === 1 && only !== undefined ? only : 'mixed',
    unwell: members.filter((address) => facts.unwell.has(address)),
    leader: leader !== undefined && members.includes(leader) ? leader : null,
    alive: gate === null ? null : (facts.gates.get(gate)?.alive?.need ?? null),
    asks: ask === null ? null : shownGate(ask),
    asksFirst: ask !== null && ask === gate,
  }
}

const workAt = (address: Address, { changes }: Facts): Work => (changes.get(address)?.action === 'restart' ? 'restarted' : 'replaced')

const workOf = (waves: readonly WaveView[], facts: Facts): RollView['work'] => {
  const all = waves.flatMap(({ members }) => members)
  const restarted = all.filter((address) => workAt(address, facts) === 'restarted').length
  const works: RollView['work'] = [
    { work: 'replaced', amount: all.length - restarted },
    { work: 'restarted', amount: restarted },
  ]
  return works.filter(({ amount }) => amount > 0).toSorted((a, b) => b.amount - a.amount)
}

const drainOf = ({ unit, waves }: Roll, { units, drained }: Facts): RollView['drain'] => {
  if (waves.some(({ members }) => members.some((address) => drained.has(address)))) return 'all'
  return units.get(unit)?.update.skipDrain === true ? 'skipped' : 'none'
}

const quorumOf = ({ unit, size }: Roll, { units, refused, overridden }: Facts): QuorumView | null => {
  if (units.get(unit)?.policy.quorum !== 'majority') return null
  const need = majorityOf(size)
  const name = unit.slice(unit.indexOf('.') + 1)
  const lifted = overridden.has(`quorum:${name}`) || overridden.has(`quorum:${unit}`)
  return { need, state: refused.has(unit) ? 'refused' : lifted ? 'overridden' : 'kept' }
}
