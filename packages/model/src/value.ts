import type { Address } from './address.ts'
import type { FunctionName } from './functions.ts'
import type { Plain, Scalar } from './plain.ts'

/** A known value, or a late one anywhere inside it. */
export type Value = Scalar | readonly Value[] | ValueMap | Late
export interface ValueMap {
  readonly [key: string]: Value
}

/**
 * A value that is known only later, stored as its expression. `$late` is a key that no configuration and no provider
 * may use (`parsePlain` refuses it), so that a late value survives JSON without being mistaken for a map.
 */
export interface Late {
  readonly $late: Expr
}

/** Keys and indexes from the outside in. */
export type Path = readonly (string | number)[]

/** Where a secret's text is fetched from, as the configuration spells it: `env:NAME`, `file:PATH`, `var:NAME`. */
export type SecretSource = `env:${string}` | `file:${string}` | `var:${string}`

/** An expression: leaves that a scope can look up, and calls on values. */
export type Expr = Leaf | { readonly kind: 'call'; readonly fn: FunctionName; readonly args: readonly Value[] }

export type Leaf =
  /** Known when the configuration is decoded. */
  | { readonly kind: 'var'; readonly name: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stack'; readonly field: 'name' | 'env' }
  /** Known when the planner names the members. */
  | { readonly kind: 'member'; readonly field: 'id' | 'ordinal' | 'name' | 'address' }
  /** Known when the object stands. */
  | { readonly kind: 'output'; readonly of: Address; readonly path: Path }
  /** A list: `path` in the outputs of each member of the group, in natural order of addresses. */
  | { readonly kind: 'members'; readonly group: string; readonly path: Path }
  /** Known only inside the provider call. `digest` is HMAC-SHA256 hex under the state's key, null before there is one. */
  | { readonly kind: 'secret'; readonly source: SecretSource; readonly digest: string | null }
  /** Fetched by the flavor just before the call. */
  | { readonly kind: 'runtime'; readonly name: string }

export const late = (expr: Expr): Late => ({ $late: expr })

export const isLate = (value: Value | undefined): value is Late =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, '$late')

export const isMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLate(value)

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** Every leaf of `value`, depth first. */
export function* leaves(value: Value): Generator<Leaf> {
  if (isLate(value)) yield* leavesOfExpr(value.$late)
  else if (isList(value)) for (const item of value) yield* leaves(item)
  else if (isMap(value)) for (const key of Object.keys(value)) yield* leaves(value[key] as Value)
}

function* leavesOfExpr(expr: Expr): Generator<Leaf> {
  if (expr.kind === 'call') for (const arg of expr.args) yield* leaves(arg)
  else yield expr
}

/** Whether nothing in `value` is late. */
export const isKnown = (value: Value): value is Plain => leaves(value).next().done === true && !hasCall(value)

// A call whose arguments are all known is still an expression until `reduce` has applied it.
const hasCall = (value: Value): boolean =>
  isLate(value) || (isList(value) && value.some(hasCall)) || (isMap(value) && Object.values(value).some(hasCall))

/** Whether a secret stands anywhere inside `value`. */
export const isSensitive = (value: Value): boolean => {
  // Most values are scalars, and need no generator.
  if (typeof value !== 'object') return false
  for (const leaf of leaves(value)) if (leaf.kind === 'secret') return true
  return false
}
