import type { Step, StepId, UnitName } from '@forgeplan/model'
import type { Chain, StepRequest } from './chain.ts'
import { barrier, byUnit, isRolled, waitFor } from './chain.ts'
import type { Dependencies } from './unit-order.ts'
import { dense, levelsOf, restrict, reversed, unitsInOrder } from './unit-order.ts'

/** Chains with what they wait for so far, and the barriers that were needed for it. */
export interface Tied {
  readonly chains: readonly Chain[]
  readonly barriers: readonly Step[]
}

/** What goes for good, or makes room for what takes its place at once, goes before what it once depended on. */
export const tieDown = (chains: readonly Chain[], request: StepRequest): Tied => {
  const { former } = request
  const units = byUnit(chains.filter((chain) => chain.down.length > 0 && !isRolled(chain, request)))
  const near = reversed(restrict(former, new Set(units.keys())))
  const waits = dense(near, chains.length) ? levelWaits(near, units) : unitWaits(near, units)
  const idsFor = (chain: Chain): readonly StepId[] => (isRolled(chain, request) ? [] : (waits.ids.get(chain.unit) ?? []))
  const tie = (chain: Chain): Chain => ({
    ...chain,
    down: chain.down.map((each, index) => (index === 0 ? waitFor(each, idsFor(chain)) : each)),
  })
  return { barriers: waits.barriers, chains: chains.map(tie) }
}

interface Waits {
  readonly ids: ReadonlyMap<UnitName, readonly StepId[]>
  readonly barriers: readonly Step[]
}

const endsOf = (chains: readonly Chain[]): readonly StepId[] => chains.map(({ down }) => (down.at(-1) as Step).id)

const unitWaits = (near: Dependencies, units: ReadonlyMap<UnitName, readonly Chain[]>): Waits => {
  const barriers: Step[] = []
  const exits = new Map<UnitName, readonly StepId[]>()
  const ids = new Map<UnitName, readonly StepId[]>()
  for (const unit of unitsInOrder(near)) {
    const own = units.get(unit) ?? []
    const before = (near.get(unit) ?? []).flatMap((name) => exits.get(name) ?? [])
    const entry = own.length > 1 && before.length > 1 ? [barrier(`down-before.${unit}`, unit, before)] : []
    const exit = own.length > 1 ? [barrier(`down.${unit}`, unit, endsOf(own))] : []
    ids.set(unit, entry.length > 0 ? entry.map(({ id }) => id) : before)
    exits.set(unit, exit.length > 0 ? exit.map(({ id }) => id) : endsOf(own))
    barriers.push(...entry, ...exit)
  }
  return { ids, barriers: usedOnly(barriers, [...ids.values()].flat()) }
}

// A unit that nothing waits for needs no exit.
const usedOnly = (barriers: readonly Step[], ids: readonly StepId[]): readonly Step[] => {
  const used = new Set([...ids, ...barriers.flatMap(({ after }) => after)])
  return barriers.filter(({ id }) => used.has(id))
}

// One barrier between two levels, whatever the shape of the graph.
const levelWaits = (near: Dependencies, units: ReadonlyMap<UnitName, readonly Chain[]>): Waits => {
  const levels = levelsOf(near)
  const barriers: Step[] = []
  const ids = new Map<UnitName, readonly StepId[]>()
  const top = [...levels.values()].reduce((high, level) => Math.max(high, level), 0)
  let previous: readonly StepId[] = []
  for (let level = 0; level <= top; level++) {
    const here = [...units].filter(([unit]) => levels.get(unit) === level)
    for (const [unit] of here) ids.set(unit, previous)
    const [first] = here
    if (first === undefined || level === top) continue
    const gate = barrier(
      `down-level.${level}`,
      first[0],
      here.flatMap(([, chains]) => endsOf(chains)),
    )
    barriers.push(gate)
    previous = [gate.id]
  }
  return { ids, barriers }
}
