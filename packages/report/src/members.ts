import type { Address } from '@forgeplan/model'
import { memberOf } from '@forgeplan/model'
import { escapeText } from './escape.ts'

/** Addresses that differ in the member only: `disk.db/{1..3}/data`. `ids` is empty where there is no member. */
export interface Members {
  readonly prefix: string
  readonly ids: readonly string[]
  readonly suffix: string
}

/** Splits an address around its member. */
export const splitAddress = (address: Address): { readonly prefix: string; readonly id: string | null; readonly suffix: string } => {
  const id = memberOf(address)
  if (id === undefined) return { prefix: address, id: null, suffix: '' }
  const start = address.indexOf('/') + 1
  return { prefix: address.slice(0, start), id, suffix: address.slice(start + id.length) }
}

/** Folds addresses, given in natural order, into lists of members; linear. */
export const foldAddresses = (addresses: readonly Address[]): readonly Members[] => {
  const folded = new Map<string, { readonly prefix: string; readonly ids: string[]; readonly suffix: string }>()
  for (const address of addresses) {
    const { prefix, id, suffix } = splitAddress(address)
    const key = `${prefix}\n${suffix}`
    const entry = folded.get(key) ?? { prefix, ids: [], suffix }
    folded.set(key, entry)
    if (id !== null) entry.ids.push(id)
  }
  return [...folded.values()]
}

/** How many ranges are written out, and what stands between them. */
export interface RangeOptions {
  readonly limit: number
  readonly separator: string
}

export const briefRanges: RangeOptions = { limit: 12, separator: ',' }
export const allRanges: RangeOptions = { limit: Number.POSITIVE_INFINITY, separator: ', ' }

/** The text of a list of members. @example membersText({ prefix: 'group.web/', ids: ['1', '2', '3', '5'], suffix: '' }) === 'group.web/{1..3,5}' */
export const membersText = (members: Members, options: RangeOptions = briefRanges): string => {
  const [only] = members.ids
  const prefix = escapeText(members.prefix)
  const suffix = escapeText(members.suffix)
  if (only === undefined) return `${prefix}${suffix}`
  return members.ids.length === 1 ? `${prefix}${escapeText(only)}${suffix}` : `${prefix}{${rangesText(members.ids, options)}}${suffix}`
}

/** Several lists of members as one text; after `limit` lists it says how many are left. */
export const addressesText = (addresses: readonly Address[], limit: number, options: RangeOptions = briefRanges): string => {
  const folded = foldAddresses(addresses)
  const shown = folded.slice(0, limit).map((members) => membersText(members, options))
  return folded.length > limit ? `${shown.join(', ')} and ${folded.length - limit} more` : shown.join(', ')
}

const rangesText = (ids: readonly string[], { limit, separator }: RangeOptions): string => {
  const ranges = toRanges(ids)
  const shown = ranges.slice(0, limit).map(([first, last, count]) => rangeText(first, last, count, separator))
  const left = ranges.slice(limit).reduce((sum, [, , count]) => sum + count, 0)
  return left === 0 ? shown.join(separator) : [...shown, `...${left}-more`].join(separator)
}

const rangeText = (first: string, last: string, count: number, separator: string): string => {
  if (count === 1) return escapeText(first)
  return count === 2 ? `${escapeText(first)}${separator}${escapeText(last)}` : `${first}..${last}`
}

type Range = readonly [first: string, last: string, count: number]

const toRanges = (ids: readonly string[]): readonly Range[] => {
  const ranges: Range[] = []
  for (const id of ids) {
    const top = ranges.at(-1)
    if (top !== undefined && follows(top[1], id)) ranges[ranges.length - 1] = [top[0], id, top[2] + 1]
    else ranges.push([id, id, 1])
  }
  return ranges
}

const ordinal = /^\d{1,15}$/
const padded = (id: string): boolean => id.length > 1 && id.startsWith('0')

const follows = (a: string, b: string): boolean => {
  if (!ordinal.test(a) || !ordinal.test(b) || Number(b) - Number(a) !== 1) return false
  return a.length === b.length || (!padded(a) && !padded(b))
}

/** Whether both name the same objects, given lists folded from pairs of addresses. */
export const sameMembers = (a: Members, b: Members): boolean => a.prefix === b.prefix && a.suffix === b.suffix && a.ids[0] === b.ids[0]
