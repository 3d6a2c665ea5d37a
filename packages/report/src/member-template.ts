import type { Address, Expr, Unit, Value } from '@forgeplan/model'
import { isLate, isList, isMap, late, leaves, memberOf, unitOf } from '@forgeplan/model'

/** Replaces what is a member's own in a value by the expression it came from, so that members can be compared. */
export interface MemberTemplate {
  readonly id: string
  readonly group: string
  readonly ordinal: number | null
}

/** Top-level fields of a unit that its template makes from the member. */
export const memberFields = (unit: Unit | undefined): ReadonlySet<string> => {
  const fields = new Set<string>()
  for (const [field, value] of Object.entries(unit?.inputs ?? {}))
    for (const leaf of leaves(value)) if (leaf.kind === 'member') fields.add(field)
  return fields
}

/** The template of one member; `null` for a lone instance, which has nothing to be compared with. */
export const memberTemplate = (address: Address, unit: Unit | undefined): MemberTemplate | null => {
  const id = memberOf(address)
  if (id === undefined) return null
  return { id, group: unitOf(address).slice('group.'.length), ordinal: ordinalOf(id, unit) }
}

const ordinalOf = (id: string, unit: Unit | undefined): number | null => {
  if (unit?.shape.kind === 'ids') {
    const at = unit.shape.ids.indexOf(id)
    return at < 0 ? null : at + 1
  }
  return /^\d{1,9}$/.test(id) ? Number(id) : null
}

/** `value` with the member's id and, if `numbers`, its ordinal taken out; the same `value` where there is nothing of them. */
export const templated = (value: Value, template: MemberTemplate, numbers: boolean): Value => {
  if (typeof value === 'string') return templatedText(value, template)
  if (typeof value === 'number') return numbers ? templatedNumber(value, template) : value
  if (isLate(value)) return late(templatedExpr(value.$late, template, numbers))
  if (isList(value))
    return orSame(
      value,
      value.map((item) => templated(item, template, numbers)),
    )
  if (!isMap(value)) return value
  const items = Object.values(value)
  const made = orSame(
    items,
    items.map((item) => templated(item, template, numbers)),
  )
  return made === items ? value : Object.fromEntries(Object.keys(value).map((key, at) => [key, made[at] as Value]))
}

/** The list before where the one after holds the same: what is not made anew need not be looked at again. */
export const orSame = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
  after.every((item, at) => item === before[at]) ? before : after

// `lab-2-web-2` of member 2 has to become the same as `lab-2-web-1` of member 1: the id behind the group's name is
// surely the member's; a bare id is taken only where there is none.
const templatedText = (text: string, { id, group }: MemberTemplate): string => {
  // Most texts hold no id at all; and a pattern for each member would take longer to make than to use.
  if (!text.includes(id)) return text
  const sure = replaced(text, group, (after) => (isJoint(text, after) && text.startsWith(id, after + 1) ? [after + 1, id.length] : null))
  return sure === text ? replaced(text, id, (after) => [after - id.length, id.length]) : sure
}

type Place = readonly [start: number, length: number]

/** `text` with the place of the id behind each whole word `word` replaced; `find` gets where the word ends. */
const replaced = (text: string, word: string, find: (after: number) => Place | null): string => {
  const parts: string[] = []
  let done = 0
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, Math.max(at + 1, done))) {
    const place = isWordAt(text, at - 1) ? null : find(at + word.length)
    if (place === null || isWordAt(text, place[0] + place[1])) continue
    parts.push(text.slice(done, place[0]), '${member.id}')
    done = place[0] + place[1]
  }
  return done === 0 ? text : parts.join('') + text.slice(done)
}

const isJoint = (text: string, at: number): boolean => text[at] === '-' || text[at] === '/'
const isWordAt = (text: string, at: number): boolean => /^[A-Za-z0-9]$/.test(text.charAt(at))

const templatedNumber = (value: number, { ordinal }: MemberTemplate): Value => {
  if (ordinal === null) return value
  const member = late({ kind: 'member', field: 'ordinal' })
  return value === ordinal ? member : late({ kind: 'call', fn: 'add', args: [value - ordinal, member] })
}

const templatedExpr = (expr: Expr, template: MemberTemplate, numbers: boolean): Expr =>
  expr.kind === 'call'
    ? { ...expr, args: expr.args.map((arg) => templated(arg, template, numbers)) }
    : expr.kind === 'output'
      ? { ...expr, of: templatedText(expr.of, template) as Address }
      : expr
