import type { Address, Step, StepId, UnitName } from '@forgeplan/model'
import { compareAddress, stepId } from '@forgeplan/model'
import type { Chain, StepRequest } from './chain.ts'
import { barrier, byUnit, isRolled, waitFor } from './chain.ts'
import type { Risen } from './tie-up.ts'

/**
 * What nobody uses any more goes last: an object leaves after the units that once depended on it have been changed.
 * A preference: where the other ties already order it the other way round, those win.
 */
export const tieFarewell = ({ steps, exits }: Risen, chains: readonly Chain[], request: StepRequest): readonly Step[] => {
  const { former } = request
  const leaving = byUnit(chains.filter((chain) => chain.down.length > 0 && chain.up.length === 0 && !isRolled(chain, request)))
  let all = steps
  for (const [unit, own] of leaving) {
    const users = [...former].filter(([name, list]) => name !== unit && list.includes(unit)).map(([name]) => name)
    all = farewell(
      all,
      unit,
      own,
      users.flatMap((name) => exits.get(name) ?? []),
    )
  }
  return all
}

const farewell = (steps: readonly Step[], unit: UnitName, own: readonly Chain[], waits: readonly StepId[]): readonly Step[] => {
  if (waits.length === 0) return steps
  const firsts = new Set(own.map(({ down }) => (down[0] as Step).id))
  if (reaches(new Map(steps.map((each) => [each.id, each])), waits, firsts)) return steps
  const gate = barrier(`unused.${unit}`, unit, waits)
  const shrink = stepId('gate', `shrink.${unit}`)
  return [...steps.map((each) => (firsts.has(each.id) || each.id === shrink ? waitFor(each, [gate.id]) : each)), gate]
}

/** Who takes a fixed address or a port waits for the one that gives it up, unless that one already waits for it. */
export const tieExclusive = (steps: readonly Step[], { exclusive }: StepRequest): readonly Step[] => {
  const freedBy = new Map([...exclusive.freed].flatMap(([address, keys]) => keys.map((key) => [key, address] as const)))
  const byId = new Map(steps.map((each) => [each.id, each]))
  for (const [address, keys] of [...exclusive.taken].toSorted(([a], [b]) => compareAddress(a, b)))
    for (const key of keys) {
      const holder = freedBy.get(key)
      const taker = byId.get(stepId('create', address)) ?? byId.get(stepId('update', address)) ?? byId.get(stepId('restart', address))
      const giver = holder === undefined || holder === address ? undefined : goneWith(byId, holder)
      if (taker === undefined || giver === undefined || reaches(byId, [giver.id], new Set([taker.id]))) continue
      byId.set(taker.id, waitFor(taker, [giver.id]))
    }
  return steps.map((each) => byId.get(each.id) as Step)
}

const goneWith = (byId: ReadonlyMap<StepId, Step>, holder: Address): Step | undefined =>
  byId.get(stepId('delete', holder)) ?? byId.get(stepId('restart', holder)) ?? byId.get(stepId('update', holder))

// Whether one of `from` is, or waits for, one of `to`.
const reaches = (byId: ReadonlyMap<StepId, Step>, from: readonly StepId[], to: ReadonlySet<StepId>): boolean => {
  const seen = new Set<StepId>()
  const queue = [...from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (to.has(id)) return true
    if (seen.has(id)) continue
    seen.add(id)
    queue.push(...(byId.get(id)?.after ?? []))
  }
  return false
}
