import type { Plain, PlainMap } from './plain.ts'

/** Thrown when a function is given arguments it cannot take; the message is a full sentence without user data. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
}

interface FunctionDefinition {
  /** How it is written, for the reference. */
  readonly usage: string
  readonly doc: string
  readonly arity: readonly [min: number, max: number]
  readonly apply: (...args: readonly Plain[]) => Plain
}

const text = (value: Plain | undefined, of: string): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new FunctionError(`${of} takes text, not ${describe(value)}.`)
}
const number = (value: Plain | undefined, of: string): number => {
  if (typeof value === 'number') return value
  throw new FunctionError(`${of} takes a number, not ${describe(value)}.`)
}
const list = (value: Plain | undefined, of: string): readonly Plain[] => {
  if (Array.isArray(value)) return value as readonly Plain[]
  throw new FunctionError(`${of} takes a list, not ${describe(value)}.`)
}
const describe = (value: Plain | undefined): string =>
  value === null || value === undefined
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : `a ${typeof value}`

const get = (from: Plain | undefined, ...path: readonly (Plain | undefined)[]): Plain => {
  let at: Plain | undefined = from
  for (const key of path) {
    const inside: Plain | undefined =
      Array.isArray(at) && typeof key === 'number'
        ? (at as readonly Plain[])[key]
        : typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, String(key))
          ? (at as PlainMap)[String(key)]
          : undefined
    if (inside === undefined)
      throw new FunctionError(`There is no ${typeof key === 'number' ? 'item' : 'key'} ${JSON.stringify(key)} in ${describe(at)}.`)
    at = inside
  }
  return at as Plain
}

const define = <T extends Record<string, FunctionDefinition>>(table: T): T => table

/** Every function of the expression language; operators and `${}` templates are calls of the same table. */
export const functions = define({
  concat: {
    usage: '"a${b}c"',
    doc: 'Text with values in it.',
    arity: [0, 1000],
    apply: (...args) => args.map((arg) => text(arg, 'A text template')).join(''),
  },
  get: { usage: 'value.key, value[0]', doc: 'An item of a map or a list.', arity: [1, 64], apply: get },
  join: {
    usage: 'join(list, separator)',
    doc: 'The texts of a list with the separator between them.',
    arity: [2, 2],
    apply: (items, by) =>
      list(items, 'join')
        .map((item) => text(item, 'join'))
        .join(text(by, 'join')),
  },
  split: {
    usage: 'split(text, separator)',
    doc: 'The pieces of a text between separators.',
    arity: [2, 2],
    apply: (of, by) => text(of, 'split').split(text(by, 'split')),
  },
  upper: { usage: 'upper(text)', doc: 'In upper case.', arity: [1, 1], apply: (of) => text(of, 'upper').toUpperCase() },
  lower: { usage: 'lower(text)', doc: 'In lower case.', arity: [1, 1], apply: (of) => text(of, 'lower').toLowerCase() },
  trim: { usage: 'trim(text)', doc: 'Without white space at both ends.', arity: [1, 1], apply: (of) => text(of, 'trim').trim() },
  replace: {
    usage: 'replace(text, from, to)',
    doc: 'With every `from` replaced by `to`.',
    arity: [3, 3],
    apply: (of, from, to) => text(of, 'replace').split(text(from, 'replace')).join(text(to, 'replace')),
  },
  length: {
    usage: 'length(listOrText)',
    doc: 'How many items or UTF-16 units.',
    arity: [1, 1],
    apply: (of) => (Array.isArray(of) ? of.length : text(of, 'length').length),
  },
  pad: {
    usage: 'pad(value, width)',
    doc: 'With zeros in front up to the width.',
    arity: [2, 2],
    apply: (of, width) => text(of, 'pad').padStart(Math.min(number(width, 'pad'), 1024), '0'),
  },
  indent: {
    usage: 'indent(text, spaces)',
    doc: 'Every line but the first is indented.',
    arity: [2, 2],
    apply: (of, by) =>
      text(of, 'indent')
        .split('\n')
        .join(`\n${' '.repeat(Math.max(0, Math.min(number(by, 'indent'), 1024)))}`),
  },
  json: { usage: 'json(value)', doc: 'As JSON text.', arity: [1, 1], apply: (of) => JSON.stringify(of ?? null) },
  add: { usage: 'a + b', doc: 'Sum.', arity: [2, 2], apply: (a, b) => number(a, '+') + number(b, '+') },
  subtract: { usage: 'a - b', doc: 'Difference.', arity: [2, 2], apply: (a, b) => number(a, '-') - number(b, '-') },
  multiply: { usage: 'a * b', doc: 'Product.', arity: [2, 2], apply: (a, b) => number(a, '*') * number(b, '*') },
  divide: {
    usage: 'a / b',
    doc: 'Quotient; b must not be 0.',
    arity: [2, 2],
    apply: (a, b) => {
      if (b === 0) throw new FunctionError('A number cannot be divided by 0.')
      return number(a, '/') / number(b, '/')
    },
  },
  equal: {
    usage: 'a == b',
    doc: 'Whether both are the same value.',
    arity: [2, 2],
    apply: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  },
  less: { usage: 'a < b', doc: 'Whether a is the smaller number.', arity: [2, 2], apply: (a, b) => number(a, '<') < number(b, '<') },
  not: { usage: '!a', doc: 'The opposite truth value.', arity: [1, 1], apply: (a) => a !== true },
  choose: {
    usage: 'a ? b : c',
    doc: 'b where a is true, else c.',
    arity: [3, 3],
    apply: (a, b, c) => (a === true ? (b as Plain) : (c as Plain)),
  },
})

export type FunctionName = keyof typeof functions

export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

/** Applies a function of the table. @throws FunctionError when it refuses its arguments. */
export const applyFunction = (name: FunctionName, args: readonly Plain[]): Plain => {
  const { arity, apply, usage }: FunctionDefinition = functions[name]
  if (args.length < arity[0] || args.length > arity[1]) throw new FunctionError(`${usage} does not take ${args.length} arguments.`)
  return apply(...args)
}
