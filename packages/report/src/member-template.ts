import type { Address, Expr, Unit, Value } from '@forgeplan/model'
import { isLate, isList, isMap, late, leaves, memberOf, unitOf } from '@forgeplan/model'

/** Replaces what is a member's own in a value by the expression it came from, so that members can be compared. */
export interface MemberTemplate {
  readonly pattern: RegExp
  readonly own: RegExp
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
  const group = unitOf(address).slice('group.'.length)
  const escaped = id.replace(/[.\\*+?^${}()|[\]]/g, '\\$&')
  return {
    // What to look for comes first and its left edge is checked after: that is several times as fast in long texts.
    own: new RegExp(`(${group}[-/])(?<![A-Za-z0-9]\\1)${escaped}(?![A-Za-z0-9])`, 'g'),
    pattern: new RegExp(`${escaped}(?<![A-Za-z0-9]${escaped})(?![A-Za-z0-9])`, 'g'),
    ordinal: ordinalOf(id, unit),
  }
}

const ordinalOf = (id: string, unit: Unit | undefined): number | null => {
  if (unit?.shape.kind === 'ids') {
    const at = unit.shape.ids.indexOf(id)
    return at < 0 ? null : at + 1
  }
  return /^\d{1,9}$/.test(id) ? Number(id) : null
}

/** `value` with the member's id and, if `numbers`, its ordinal taken out. */
export const templated = (value: Value, template: MemberTemplate, numbers: boolean): Value => {
  if (typeof value === 'string') return templatedText(value, template)
  if (typeof value === 'number') return numbers ? templatedNumber(value, template) : value
  if (isLate(value)) return late(templatedExpr(value.$late, template, numbers))
  if (isList(value)) return value.map((item) => templated(item, template, numbers))
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templated(item, template, numbers)]))
  return value
}

// `lab-2-web-2` of member 2 has to become the same as `lab-2-web-1` of member 1: the id behind the group's name is
// surely the member's; a bare id is taken only where there is none.
const templatedText = (text: string, { own, pattern }: MemberTemplate): string => {
  const sure = text.replace(own, '$1${member.id}')
  return sure === text ? text.replace(pattern, '${member.id}') : sure
}

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
