import type { Address, Observed, Reason, Row, Unit } from '@forgeplan/model'
import { compareAddress, instanceAddress, memberAddress, memberOf, unitOf } from '@forgeplan/model'
import type { Rename } from './locate.ts'
import { sightOf } from '../request.ts'
import { isLeader, isWell } from './condition.ts'
import { placesOf } from './ordinal.ts'
import { versionsRoster } from './versions.ts'

/** Which members a unit shall have, which rows leave, and which give up their address. */
export interface Roster {
  readonly unit: Unit
  readonly members: readonly { readonly address: Address; readonly reason: Reason }[]
  readonly leaving: readonly { readonly row: Row; readonly address: Address; readonly reason: Reason }[]
  /** What nothing wants and stays all the same. */
  readonly kept: readonly Address[]
  readonly released: readonly { readonly row: Row; readonly address: Address; readonly where: string }[]
  /** Detached objects that came back and take an address again. */
  readonly returned: readonly Rename[]
}

/** What else a roster depends on. */
export interface Scene {
  /** Released rows. */
  readonly away: readonly Row[]
  readonly observed: Observed
  /** Whether a member is not what the configuration wants now. */
  readonly isOutdated: (address: Address, row: Row) => boolean
  /** So many standing objects are taken over besides; while there are any, a sized group has room for all. */
  readonly incoming: number
  /** Whether others need an object where it stands. */
  readonly inUse: (row: Row) => boolean
}

export type Held = readonly (readonly [Address, Row])[]

/** Names the members of a unit from its shape and from the rows that stand: lowest free ordinals, holes allowed. */
export const rosterOf = (unit: Unit, held: Held, scene: Scene): Roster => {
  switch (unit.shape.kind) {
    case 'single':
      return fixedRoster(unit, [instanceAddress(unit.name)], held)
    case 'ids':
      return fixedRoster(
        unit,
        unit.shape.ids.map((id) => memberAddress(unit.name, id)),
        held,
      )
    case 'sized':
      return sizedRoster(unit, unit.shape.size, held, scene)
    case 'versions':
      return versionsRoster(unit, unit.shape, held, scene.inUse)
    default:
      return unit.shape satisfies never
  }
}

const fixedRoster = (unit: Unit, wanted: readonly Address[], held: Held): Roster => {
  const names = new Set(wanted)
  const reason: Reason = held.length === 0 || unit.shape.kind === 'single' ? { kind: 'new' } : { kind: 'id-added' }
  return {
    unit,
    members: wanted.map((address) => ({ address, reason })),
    leaving: held.filter(([address]) => !names.has(address)).map(([address, row]) => ({ row, address, reason: { kind: 'id-removed' } })),
    kept: [],
    released: [],
    returned: [],
  }
}

const sizedRoster = (unit: Unit, size: number, held: Held, { away, observed, isOutdated, incoming }: Scene): Roster => {
  const detached = held.flatMap(([address, row]) => {
    const sight = sightOf(observed, row)
    return sight.kind === 'detached' ? [{ row, address, where: sight.where }] : []
  })
  const taken = new Set(held.map(([address]) => address))
  const gone = new Set(detached.map(({ address }) => address))
  const returned = returning(unit, away, observed, taken)
  const present: Held = [...held.filter(([address]) => !gone.has(address)), ...returned.map(({ to, row }) => [to, row] as const)]
  const room = incoming === 0 ? size : Math.max(size, present.length + incoming)
  const leaving = victims(present, room, { observed, isOutdated })
  const leavers = new Set(leaving.map(([address]) => address))
  const staying = present.filter(([address]) => !leavers.has(address)).map(([address]) => address)
  const reasons = succeeded(unit, leaving, { present, isOutdated })
  // Who has an id from a time with ids holds a number too.
  const numbers = placesOf(unit, staying).map((place) => memberAddress(unit.name, String(place + 1)))
  const added = freeAddresses(unit, new Set([...taken, ...numbers, ...standingElsewhere(away, observed)]), room - staying.length)
  return {
    unit,
    members: [
      ...staying.map((address) => ({ address, reason: { kind: 'scaled-up', to: size } as const })),
      ...added.map((address, index) => ({ address, reason: additionReason(held.length, size, detached[index]?.address) })),
    ].toSorted((a, b) => compareAddress(a.address, b.address)),
    leaving: leaving.map(([address, row]) => ({ row, address, reason: reasons.get(address) ?? { kind: 'scaled-down', to: size } })),
    kept: [],
    released: detached,
    returned: returned.map(({ row, to }) => ({ uid: row.uid, from: row.address, to })),
  }
}

// A roll that was cut off left successors beside those whom they succeed: these do not go without one.
const succeeded = (
  { update }: Unit,
  leaving: Held,
  { present, isOutdated }: Pick<Scene, 'isOutdated'> & { readonly present: Held },
): ReadonlyMap<Address, Reason> => {
  if (update.order !== 'create-first' || leaving.length === 0) return new Map()
  const goers = new Set(leaving.map(([address]) => address))
  const successors = present.filter(([address, row]) => !goers.has(address) && !isOutdated(address, row))
  const old = leaving.filter(([address, row]) => isOutdated(address, row)).slice(0, update.maxSurge)
  return new Map(
    old.flatMap(([address], at) => {
      const successor = successors[at]
      return successor === undefined ? [] : [[address, { kind: 'succeeded-by', address: successor[0] }] as const]
    }),
  )
}

const additionReason = (before: number, size: number, instead: Address | undefined): Reason => {
  if (instead !== undefined) return { kind: 'instead-of', address: instead }
  return before === 0 ? { kind: 'new' } : { kind: 'scaled-up', to: size }
}

// A released object that is back in its place is a member again, at the lowest free ordinal.
const returning = (
  unit: Unit,
  away: readonly Row[],
  observed: Observed,
  taken: Set<Address>,
): readonly { readonly row: Row; readonly to: Address }[] =>
  away
    .filter((row) => row.phase.kind === 'released' && row.phase.why === 'detached' && unitOf(row.address) === unit.name)
    .filter((row) => sightOf(observed, row).kind === 'present')
    .flatMap((row) => freeAddresses(unit, taken, 1).map((to) => (taken.add(to), { row, to })))

// A released object still goes by the name of the address that it gave up.
const standingElsewhere = (away: readonly Row[], observed: Observed): readonly Address[] =>
  away.filter((row) => sightOf(observed, row).kind !== 'absent').map((row) => row.address)

// The lowest free ordinals. An ordinal that this plan frees stays free until the next one.
const freeAddresses = (unit: Unit, taken: ReadonlySet<Address>, count: number): readonly Address[] => {
  const free: Address[] = []
  for (let ordinal = 1; free.length < count; ordinal++) {
    const address = memberAddress(unit.name, String(ordinal))
    if (!taken.has(address)) free.push(address)
  }
  return free
}

// Those that are gone already go first, then those that do no work, then what is outdated, then the newest names; the
// leader stays as long as anybody.
const victims = (present: Held, size: number, { observed, isOutdated }: Pick<Scene, 'observed' | 'isOutdated'>): Held => {
  if (present.length <= size) return []
  const ranked = present.map((entry) => ({ entry, rank: rankOf(entry, observed, isOutdated) }))
  ranked.sort((a, b) => a.rank - b.rank || compareAddress(b.entry[0], a.entry[0]))
  return ranked.slice(0, present.length - size).map(({ entry }) => entry)
}

const rankOf = ([address, row]: Held[number], observed: Observed, isOutdated: Scene['isOutdated']): number => {
  if (sightOf(observed, row).kind === 'absent') return 0
  if (!isWell(row, observed)) return 1
  if (isLeader(row, observed)) return 4
  return isOutdated(address, row) ? 2 : 3
}

/** The id of a member for people and flavors; a lone instance answers to its unit's name. */
export const memberIdOf = (unit: Unit, address: Address): string => memberOf(address) ?? unit.name.slice(unit.name.indexOf('.') + 1)
