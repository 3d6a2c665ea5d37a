import type { Address, Expr, Leaf, Path, Plain, PlainMap, ValueMap } from '@forgeplan/model'
import { isFunctionName, parseAddress, plainLimits } from '@forgeplan/model'
import type { Guard } from './guard.ts'
import { isObject, kind, matching, nullable, oneOf, parsed, record, tagged, text } from './guard.ts'

const name = text(1024)
const path: Guard<Path> = (input): input is Path =>
  Array.isArray(input) && input.every((key) => typeof key === 'string' || Number.isSafeInteger(key))

const leaf: Guard<Leaf> = tagged<Leaf>({
  var: record({ kind: kind('var'), name }),
  env: record({ kind: kind('env'), name }),
  file: record({ kind: kind('file'), path: text(4096) }),
  stack: record({ kind: kind('stack'), field: oneOf('name', 'env') }),
  member: record({ kind: kind('member'), field: oneOf('id', 'ordinal', 'name', 'address') }),
  output: record({ kind: kind('output'), of: parsed<Address>(parseAddress), path }),
  members: record({ kind: kind('members'), group: name, path }),
  secret: record({
    kind: kind('secret'),
    source: matching<`env:${string}`>(/^(env|file|var):/),
    digest: nullable(text(256)),
  }),
  runtime: record({ kind: kind('runtime'), name }),
})

const isExpr = (input: unknown, depth: number): input is Expr => {
  if (!isObject(input) || input['kind'] !== 'call') return leaf(input)
  const { fn, args } = input
  if (Object.keys(input).length !== 3 || typeof fn !== 'string' || !isFunctionName(fn)) return false
  return Array.isArray(args) && args.every((arg) => isData(arg, depth + 1, true))
}

const isData = (input: unknown, depth: number, late: boolean): boolean => {
  if (input === null || typeof input === 'boolean' || typeof input === 'string') return true
  if (typeof input === 'number') return Number.isFinite(input)
  if (depth > plainLimits.depth * 2) return false
  if (Array.isArray(input)) return input.every((item) => isData(item, depth + 1, late))
  if (!isPlainObject(input)) return false
  if (late && Object.hasOwn(input, '$late')) return Object.keys(input).length === 1 && isExpr(input['$late'], depth + 1)
  return Object.entries(input).every(([key, item]) => isKey(key) && (item === undefined || isData(item, depth + 1, late)))
}

// `$` is for late values only; `__proto__` would change the object that it is copied into.
const isKey = (key: string): boolean => !key.startsWith('$') && key !== '__proto__'

// A Map or a Date would turn into something else in JSON without a word.
const isPlainObject = (input: unknown): input is Readonly<Record<string, unknown>> => {
  if (!isObject(input)) return false
  const prototype: unknown = Object.getPrototypeOf(input)
  return prototype === Object.prototype || prototype === null
}

export const plainMap: Guard<PlainMap> = (input): input is PlainMap => isObject(input) && isData(input, 0, false)
export const outputValues: Guard<Readonly<Record<string, Plain>>> = plainMap
export const valueMap: Guard<ValueMap> = (input): input is ValueMap =>
  isObject(input) && !Object.hasOwn(input, '$late') && isData(input, 0, true)
