import type { Address, Unit } from '@forgeplan/model'
import { memberOf } from '@forgeplan/model'

/**
 * A member's number, from 1: its place among the ids of the configuration, or in a sized group the number in its
 * address, so that it stays when a sibling goes. `place`, from 0, counts only where neither says: see `placesOf`.
 * `unit` undefined: the configuration no longer mentions it.
 */
export const ordinalOf = (unit: Pick<Unit, 'shape'> | undefined, address: Address, place: number): number => {
  const id = memberOf(address) ?? ''
  if (unit?.shape.kind === 'ids') return placeIn(unit.shape.ids, id, place) + 1
  return /^\d{1,9}$/.test(id) ? Number(id) : place + 1
}

// Nearly always that very place: searching for each of ten thousand members would cost more than everything else.
const placeIn = (ids: readonly string[], id: string, place: number): number => (ids[place] === id ? place : ids.indexOf(id))

/**
 * The places of a unit's members, in their order. In a sized group those that still have an id from a time with ids
 * share what no number among the others takes, so that most of them keep the place that they had by id.
 */
export const placesOf = ({ shape }: Pick<Unit, 'shape'>, members: readonly Address[]): readonly number[] => {
  if (shape.kind !== 'sized') return [...members.keys()]
  const held = new Set(members.flatMap((address) => numberOf(address) ?? []))
  let last = 0
  const next = (): number => {
    do last++
    while (held.has(last))
    return last
  }
  return members.map((address) => (numberOf(address) ?? next()) - 1)
}

const numberOf = (address: Address): number | undefined => {
  const id = memberOf(address) ?? ''
  return /^\d{1,9}$/.test(id) ? Number(id) : undefined
}
