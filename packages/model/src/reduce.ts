import { applyFunction } from './functions.ts'
import type { Leaf, Value, ValueMap } from './value.ts'
import { isKnown, isLate, isList, isMap, late } from './value.ts'

/** What a stage of the line knows: the value of a leaf, or `undefined` to leave it late. */
export type Scope = (leaf: Leaf) => Value | undefined

/**
 * Replaces every leaf that `scope` knows and applies every call whose arguments have become known. The one evaluator:
 * the configuration uses it for variables, the planner for members, the engine for outputs and secrets.
 * @throws FunctionError when a function refuses its arguments.
 */
export const reduce = (value: Value, scope: Scope): Value => {
  if (isLate(value)) return value.$late.kind === 'call' ? reduceCall(value.$late, scope) : (scope(value.$late) ?? value)
  if (isList(value)) return value.map((item) => reduce(item, scope))
  if (isMap(value)) return reduceMap(value, scope)
  return value
}

/** `reduce` for a map, so that the caller keeps the type. */
export const reduceMap = (map: ValueMap, scope: Scope): ValueMap =>
  Object.fromEntries(Object.entries(map).map(([key, item]) => [key, reduce(item, scope)]))

const reduceCall = (call: Extract<Value, { $late: unknown }>['$late'] & { kind: 'call' }, scope: Scope): Value => {
  const args = call.args.map((arg) => reduce(arg, scope))
  return args.every(isKnown) ? applyFunction(call.fn, args) : late({ kind: 'call', fn: call.fn, args })
}
