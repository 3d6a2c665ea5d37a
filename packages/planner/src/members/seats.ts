import type { Address, Uid } from '@forgeplan/model'
import { compareAddress, compareText, memberAddress, unitOf } from '@forgeplan/model'
import { isCutOffImport } from '../changes/cut-off-import.ts'
import type { Adoption, Import, PlanOptions, Stranger } from '../request.ts'
import type { Located } from './locate.ts'
import type { Roster } from './scale.ts'

/** Which address takes over which object, and the objects that no address of their group is for. */
export interface Seats {
  readonly imports: readonly Import[]
  readonly unseated: readonly Stranger[]
}

/** In natural order of their names: by its name in a group with ids, else at the lowest free ordinals. */
export const seatsOf = ({ imports = [], adoption }: PlanOptions, rosters: readonly Roster[], located: Located): Seats => {
  if (adoption === undefined) return { imports, unseated: [] }
  const roster = rosters.find(({ unit }) => unit.name === adoption.group)
  const begun = begunIn(adoption, located)
  const seatFor = roster === undefined ? () => undefined : giver(roster, located)
  const tried = adoption.objects.toSorted(byName).map((object) => ({ object, address: begun.get(object.uid) ?? seatFor(object) }))
  return {
    imports: [...imports, ...tried.flatMap(({ object, address }) => (address === undefined ? [] : [{ ...object, address }]))],
    unseated: tried.flatMap(({ object, address }) => (address === undefined ? [object] : [])),
  }
}

/** How many of the objects come to a group without having an address in it from an import that was cut off. */
export const incomingTo = (adoption: Adoption, located: Located): number => {
  const begun = begunIn(adoption, located)
  return adoption.objects.filter(({ uid }) => !begun.has(uid)).length
}

const begunIn = ({ group }: Adoption, { rows }: Located): ReadonlyMap<Uid, Address> =>
  new Map([...rows].flatMap(([address, row]) => (isCutOffImport(row) && unitOf(address) === group ? [[row.uid, address] as const] : [])))

const giver = ({ unit, members, returned }: Roster, { rows }: Located): ((object: Stranger) => Address | undefined) => {
  const { shape, name: group } = unit
  if (shape.kind === 'ids') return ({ name }) => (shape.ids.includes(name) ? memberAddress(group, name) : undefined)
  const back = new Set(returned.map(({ to }) => to))
  const free = members.flatMap(({ address }) => (rows.has(address) || back.has(address) ? [] : [address]))
  return () => free.shift()
}

const byName = (a: Stranger, b: Stranger): number => compareAddress(a.name, b.name) || compareText(a.id, b.id)
