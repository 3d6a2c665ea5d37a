import type { Address, Alive, Change, Step, StepId, UnitName, Update } from '@forgeplan/model'
import { ownerOf, stepId, unitOf } from '@forgeplan/model'
import type { ExclusiveFlow } from '../members/exclusive.ts'
import type { Schedule } from '../roll/schedule.ts'
import type { Dependencies } from './unit-order.ts'

/** What a change needs to know about its unit to become steps. */
export interface UnitTraits {
  readonly hasHealth: boolean
  readonly healthTimeoutMs: number
  readonly update: Update
  /** Its flavor is told of members that have come. */
  readonly joins: boolean
  /** The group is empty, and its flavor wants the first member up before the rest. */
  readonly serial: boolean
}

export interface StepRequest {
  readonly changes: readonly Change[]
  /** Of the configuration: makers wait for these. */
  readonly dependencies: Dependencies
  /** Of the rows: what is taken down goes before what it once depended on. */
  readonly former: Dependencies
  readonly traits: ReadonlyMap<UnitName, UnitTraits>
  /** A machine's parts, by the machine's address. */
  readonly partsOf: ReadonlyMap<Address, readonly Address[]>
  /** Whether a part outlives this plan. */
  readonly stays: (part: Address) => boolean
  /** Whether the object at this address is running and its flavor can drain it. */
  readonly drains: (address: Address) => boolean
  /** Whether the flavor of the object at this address is told when it has gone. */
  readonly leaves: (address: Address) => boolean
  /** Whether its flavor calls the member the leader of its group. */
  readonly leads: (address: Address) => boolean
  readonly rolls: ReadonlyMap<UnitName, Schedule>
  /** What surplus members wait for before they go: so many of the others have to be healthy. */
  readonly shrinks: ReadonlyMap<UnitName, Alive>
  readonly exclusive: ExclusiveFlow
}

/** One object's steps in order, before they are tied to those of other units. */
export interface Chain {
  readonly address: Address
  readonly unit: UnitName
  readonly down: readonly Step[]
  readonly up: readonly Step[]
}

export const step = (
  kind: 'create' | 'update' | 'restart' | 'delete' | 'drain' | 'mark' | 'join' | 'leave',
  address: Address,
  after: readonly StepId[] = [],
): Step => ({
  id: stepId(kind, address),
  kind,
  address,
  after,
})

/** The steps of one change, each after the one before; nothing for what is kept. */
export const chainOf = (change: Change, request: StepRequest): readonly Chain[] => {
  const { address } = change
  const chain = (down: readonly Step[], up: readonly Step[]): readonly Chain[] => [
    { address, unit: unitOf(address), down: inOrder(down), up: inOrder(up) },
  ]
  const drain = request.drains(address) && !skipsDrain(change, request) ? [step('drain', address)] : []
  const leave = request.leaves(address) ? [step('leave', address)] : []
  switch (change.action) {
    case 'keep':
      return []
    case 'create':
    case 'update':
      return chain([], [step(change.action, address)])
    case 'restart':
      return chain([], [...drain, step('restart', address)])
    case 'replace':
      return chain([...drain, ...detaches(address, request), step('delete', address), ...leave], [step('create', address)])
    case 'delete':
      return chain([...drain, ...detaches(address, request), step('delete', address), ...leave], [])
    // Going down: a part that is kept is let go only after its machine is gone, while its row still holds its address; and
    // what is left of an object that is gone is taken away only after those that may name it.
    case 'release':
    case 'forget':
      return chain([step('mark', address)], [])
    case 'import':
      return chain([], [step('mark', address)])
    default:
      return change satisfies never
  }
}

const skipsDrain = (change: Change, { traits }: StepRequest): boolean => {
  const rolls =
    change.action === 'replace' || change.action === 'restart' || (change.action === 'delete' && change.reason.kind === 'succeeded-by')
  return rolls && traits.get(unitOf(change.address))?.update.skipDrain === true
}

// A part that stays has to be taken out before its machine goes with everything in it.
const detaches = (address: Address, request: StepRequest): readonly Step[] =>
  (request.partsOf.get(address) ?? [])
    .filter(request.stays)
    .map((part): Step => ({ id: stepId('detach', part), kind: 'detach', address, part, after: [] }))

const inOrder = (steps: readonly Step[]): readonly Step[] =>
  steps.map((each, index) => {
    const before = steps[index - 1]
    return before === undefined ? each : { ...each, after: [...each.after, before.id] }
  })

/** A step that only joins others: it passes as soon as all of `after` are done. */
export const barrier = (name: string, unit: UnitName, after: readonly StepId[], failures = 0): Step => ({
  id: stepId('gate', name),
  kind: 'gate',
  after,
  gate: { unit, members: [], failures, alive: null, pass: { kind: 'checks', checks: 1, intervalMs: 0 }, deadlineMs: 0, ask: false },
})

export const waitFor = (each: Step, ids: readonly StepId[]): Step => (ids.length === 0 ? each : { ...each, after: [...each.after, ...ids] })

/** The step after which all of some steps in a row are done. */
export const endOf = (steps: readonly Step[]): StepId => (steps.at(-1) as Step).id

/** Whether it is taken down and comes back, or comes in the place of one that goes; a part as its machine. */
export const isRolled = ({ address, unit }: Chain, { rolls }: StepRequest): boolean =>
  rolls.get(unit)?.rolled.has(ownerOf(address)) === true

export const byUnit = (chains: readonly Chain[]): ReadonlyMap<UnitName, readonly Chain[]> => {
  const units = new Map<UnitName, Chain[]>()
  for (const chain of chains) {
    const list = units.get(chain.unit) ?? []
    list.push(chain)
    units.set(chain.unit, list)
  }
  return units
}
