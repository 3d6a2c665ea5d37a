import type { Address, Unit } from '@forgeplan/model'
import { memberOf } from '@forgeplan/model'

/**
 * A member's number, from 1: its place among the ids of the configuration, or in a sized group the number in its
 * address, so that it stays when a sibling goes. `place`, from 0, is that among the siblings in natural order: it
 * counts only where neither says. `unit` undefined: the configuration no longer mentions it.
 */
export const ordinalOf = (unit: Pick<Unit, 'shape'> | undefined, address: Address, place: number): number => {
  const id = memberOf(address) ?? ''
  if (unit?.shape.kind === 'ids') return placeIn(unit.shape.ids, id, place) + 1
  return /^\d{1,9}$/.test(id) ? Number(id) : place + 1
}

// Nearly always that very place: searching for each of ten thousand members would cost more than everything else.
const placeIn = (ids: readonly string[], id: string, place: number): number => (ids[place] === id ? place : ids.indexOf(id))
