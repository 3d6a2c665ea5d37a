import type { Address, Desired, Diagnostic, Move, Places, Row, State, Uid } from '@forgeplan/model'
import { compareAddress, parseUnitName, unitOf } from '@forgeplan/model'

/** A row that is to hold another address. */
export interface Rename {
  readonly uid: Uid
  readonly from: Address
  readonly to: Address
}

/** The rows by the address they hold once the configuration's `moved` entries are carried out. */
export interface Located {
  readonly rows: ReadonlyMap<Address, Row>
  readonly released: readonly Row[]
  readonly renamed: readonly Rename[]
  readonly problems: readonly Diagnostic[]
}

/** Finds each row's address, renames included. A move whose source holds nothing has been carried out before. */
export const locate = (state: State, desired: Desired, places: Places): Located => {
  const rows = new Map<Address, Row>()
  for (const row of state.rows.values()) if (row.phase.kind !== 'released') rows.set(row.address, row)
  const released = [...state.rows.values()].filter((row) => row.phase.kind === 'released')
  const renamed: Rename[] = []
  const problems: Diagnostic[] = []
  for (const [index, move] of desired.moved.entries()) {
    const wanted = renamesOf(move, rows)
    const clash = wanted.find((rename) => rows.has(rename.to))
    if (clash !== undefined) problems.push(occupied(clash, places, index))
    else for (const rename of wanted) rows.set(rename.to, take(rows, rename.from))
    if (clash === undefined) renamed.push(...wanted)
  }
  return { rows, released, renamed: collapse(renamed).toSorted((a, b) => compareAddress(a.to, b.to)), problems }
}

const take = (rows: Map<Address, Row>, from: Address): Row => {
  const row = rows.get(from) as Row
  rows.delete(from)
  return row
}

/** The rows that a move gives other addresses: of a unit, or of one object with its parts. */
export const renamesOf = (move: Move, rows: ReadonlyMap<Address, Row>): readonly Rename[] =>
  [...rows].flatMap(([address, row]) => {
    const to = renamedAddress(move, address)
    return to === undefined ? [] : [{ uid: row.uid, from: address, to }]
  })

/** The address that an object at `address` has once all moves are carried out, in their order. */
export const addressAfter = (moves: readonly Move[], address: Address): Address =>
  moves.reduce((at, move) => renamedAddress(move, at) ?? at, address)

const renamedAddress = (move: Move, address: Address): Address | undefined => {
  if (parseUnitName(move.from) === undefined) return movedObject(move, address)
  if (unitOf(address) !== move.from) return undefined
  const [kind = ''] = address.split('.', 1)
  const rest = address.slice(kind.length + 1 + nameOf(move.from).length)
  const prefix = kind === 'group' || kind === 'instance' ? move.to : `${kind}.${nameOf(move.to)}`
  return `${prefix}${rest}` as Address
}

// A single object and the parts that belong to it.
const movedObject = (move: Move, address: Address): Address | undefined => {
  if (address === move.from) return move.to as Address
  const [head = '', ...rest] = address.split('/')
  const owner = `${head.slice(head.indexOf('.'))}${rest
    .slice(0, -1)
    .map((piece) => `/${piece}`)
    .join('')}`
  if (rest.length === 0 || address.startsWith('group.') || owner !== move.from.slice(move.from.indexOf('.'))) return undefined
  return `${head.slice(0, head.indexOf('.'))}${move.to.slice(move.to.indexOf('.'))}/${rest.at(-1) ?? ''}` as Address
}

const nameOf = (unit: string): string => unit.slice(unit.indexOf('.') + 1)

// a -> b and b -> c in one plan is a -> c.
const collapse = (renamed: readonly Rename[]): readonly Rename[] => {
  const byUid = new Map<Uid, Rename>()
  for (const rename of renamed) byUid.set(rename.uid, { ...rename, from: byUid.get(rename.uid)?.from ?? rename.from })
  return [...byUid.values()]
}

const occupied = (clash: Rename, places: Places, index: number): Diagnostic => {
  const span = places.get(`moved.${index}`)
  return {
    severity: 'error',
    code: 'FORGE3001',
    summary: 'A move ends at an address that is held',
    detail: `${clash.from} cannot become ${clash.to}: that address holds another object, and an address never holds two. Remove the entry from "moved", or move the other object first.`,
    ...(span === undefined ? {} : { span }),
  }
}
