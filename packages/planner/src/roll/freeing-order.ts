import type { Address, Change } from '@forgeplan/model'
import type { ExclusiveFlow } from '../members/exclusive.ts'
import type { Mover } from './movers.ts'

/** The movers, each behind the one whose address or port it takes; otherwise in their order. */
export const inFreeingOrder = (movers: readonly Mover[], { freed, taken }: ExclusiveFlow): readonly Mover[] => {
  const givers = new Map(movers.flatMap((mover) => (freed.get(mover.address) ?? []).map((key) => [key, mover] as const)))
  if (givers.size === 0) return movers
  const order = new Set<Mover>()
  for (const mover of movers) for (const each of chainOf(mover, givers, taken).toReversed()) order.add(each)
  return [...order]
}

// Who has to go before: the giver of each key, its givers, and so on; a circle ends where it began.
const chainOf = (mover: Mover, givers: ReadonlyMap<string, Mover>, taken: ExclusiveFlow['taken']): readonly Mover[] => {
  const chain = new Set<Mover>()
  const queue = [mover]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (chain.has(at)) continue
    chain.add(at)
    for (const key of taken.get(at.address) ?? []) {
      const giver = givers.get(key)
      if (giver !== undefined) queue.push(giver)
    }
  }
  return [...chain]
}

/** New members that take what a mover gives up. */
export const takersOf = (changes: readonly Change[], movers: readonly Mover[], { freed, taken }: ExclusiveFlow): ReadonlySet<Address> => {
  const keys = new Set(movers.flatMap(({ address, successor }) => (successor === null ? (freed.get(address) ?? []) : [])))
  if (keys.size === 0) return new Set()
  const takes = ({ action, address }: Change): boolean => action === 'create' && (taken.get(address) ?? []).some((key) => keys.has(key))
  return new Set(changes.filter(takes).map(({ address }) => address))
}
