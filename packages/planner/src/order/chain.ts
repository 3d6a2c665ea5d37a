import type { Address, Change, Step, StepId, UnitName } from '@forgeplan/model'
import { stepId, unitOf } from '@forgeplan/model'
import type { Dependencies } from './unit-order.ts'

/** What a change needs to know about its unit to become steps. */
export interface UnitTraits {
  readonly hasHealth: boolean
  readonly healthTimeoutMs: number
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
  /** Fields that two objects may not hold at once: `VALUE KEY` of what is given up and taken. */
  readonly exclusive: { readonly freed: ReadonlyMap<Address, readonly string[]>; readonly taken: ReadonlyMap<Address, readonly string[]> }
}

/** One object's steps in order, before they are tied to those of other units. */
export interface Chain {
  readonly address: Address
  readonly unit: UnitName
  readonly down: readonly Step[]
  readonly up: readonly Step[]
}

const step = (
  kind: 'create' | 'update' | 'restart' | 'delete' | 'drain' | 'mark',
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
  const drain = request.drains(address) ? [step('drain', address)] : []
  switch (change.action) {
    case 'keep':
      return []
    case 'create':
    case 'update':
      return chain([], [step(change.action, address)])
    case 'restart':
      return chain([], [...drain, step('restart', address)])
    case 'replace':
      return chain([...drain, ...detaches(address, request), step('delete', address)], [step('create', address)])
    case 'delete':
      return chain([...drain, ...detaches(address, request), step('delete', address)], [])
    // Going down: a part that is kept is let go only after its machine is gone, while its row still holds its address.
    case 'release':
      return chain([step('mark', address)], [])
    case 'forget':
    case 'import':
      return chain([], [step('mark', address)])
    default:
      return change satisfies never
  }
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
export const barrier = (name: string, unit: UnitName, after: readonly StepId[]): Step => ({
  id: stepId('gate', name),
  kind: 'gate',
  after,
  gate: { unit, members: [], failures: 0, alive: null, pass: { kind: 'checks', checks: 1, intervalMs: 0 }, deadlineMs: 0, ask: false },
})

export const waitFor = (each: Step, ids: readonly StepId[]): Step => (ids.length === 0 ? each : { ...each, after: [...each.after, ...ids] })

export const byUnit = (chains: readonly Chain[]): ReadonlyMap<UnitName, readonly Chain[]> => {
  const units = new Map<UnitName, Chain[]>()
  for (const chain of chains) {
    const list = units.get(chain.unit) ?? []
    list.push(chain)
    units.set(chain.unit, list)
  }
  return units
}
