import type { FunctionName, Value } from '@forgeplan/model'
import { isFunctionName, isKnown } from '@forgeplan/model'
import { didYouMean, listed, quote } from '../wording.ts'
import { findForbidden } from '../yaml/forbidden.ts'
import { call, callable } from './call.ts'
import type { Key } from './lookup.ts'
import { lookUp } from './lookup.ts'
import { chainOf } from './references.ts'
import type { Moment } from './scene.ts'
import { refuse } from './scene.ts'
import type { Operator, Syntax } from './syntax.ts'

/** The value of an expression, late where it must be; `undefined` after its problems were reported. */
export const evaluate = (syntax: Syntax, moment: Moment): Value | undefined => {
  switch (syntax.kind) {
    case 'literal':
      return syntax.value
    case 'parentheses':
      return evaluate(syntax.of, moment)
    case 'name':
    case 'access':
      return reference(syntax, moment)
    case 'call':
      return syntax.name === 'file' ? file(syntax, moment) : functionCall(syntax, moment)
    case 'unary':
      return unary(syntax, moment)
    case 'binary':
      return binary(syntax, moment)
    case 'choice':
      return choice(syntax.condition, syntax.then, syntax.otherwise, moment)
    default:
      return syntax satisfies never
  }
}

const reference = (syntax: Syntax & { readonly kind: 'name' | 'access' }, moment: Moment): Value | undefined => {
  const chain = chainOf(syntax)
  if (chain !== undefined) {
    const keys = chain.keys.map((key) => keyOf(key, moment))
    return keys.includes(undefined) ? undefined : lookUp(chain, keys as readonly Key[], syntax, moment)
  }
  if (syntax.kind === 'name') return undefined
  const args = all([syntax.of, syntax.key], moment)
  return args === undefined ? undefined : call('get', args, syntax, moment)
}

const keyOf = (syntax: Syntax, moment: Moment): Key | undefined => {
  const value = evaluate(syntax, moment)
  const { start, end } = syntax
  if (typeof value === 'string' || typeof value === 'number')
    return { value, bracketed: syntax.kind !== 'literal' || !syntax.dotted, start, end }
  if (value !== undefined && !moment.dry)
    refuse(moment, 'FORGE2010', syntax, 'A key of a reference is a text or a number that is known now.')
  return undefined
}

const all = (parts: readonly Syntax[], moment: Moment): readonly Value[] | undefined => {
  const values = parts.map((part) => evaluate(part, moment))
  return values.includes(undefined) ? undefined : (values as readonly Value[])
}

const file = (syntax: Syntax & { readonly kind: 'call' }, moment: Moment): Value | undefined => {
  const [path, ...more] = syntax.args
  if (path?.kind !== 'literal' || typeof path.value !== 'string' || more.length > 0)
    return refuse(moment, 'FORGE2009', syntax, 'Write file("path") with the path as one text in quotes.')
  if (moment.dry) return null
  const found = moment.names.inputs.files.get(path.value)
  if (found === undefined || 'problem' in found)
    return refuse(moment, 'FORGE2013', syntax, `The file ${quote(path.value)} cannot be read: ${found?.problem ?? 'it was not found.'}`)
  const forbidden = findForbidden(found.text)
  if (forbidden !== null)
    return refuse(moment, 'FORGE2013', syntax, `The file ${quote(path.value)} is not text: ${forbidden.what} stands in it.`)
  moment.trail.sources.add(`file:${path.value}`)
  return found.text
}

const functionCall = (syntax: Syntax & { readonly kind: 'call' }, moment: Moment): Value | undefined => {
  const { name } = syntax
  const args = all(syntax.args, moment)
  if (isFunctionName(name) && callable.includes(name)) return args === undefined ? undefined : call(name, args, syntax, moment)
  const known = ['file', ...callable]
  return refuse(
    moment,
    'FORGE2008',
    syntax.nameRange,
    `No function ${quote(name)} exists. The functions are ${listed(known)}.${didYouMean(name, known)}`,
  )
}

const unary = (syntax: Syntax & { readonly kind: 'unary' }, moment: Moment): Value | undefined => {
  if (syntax.operator === '!') return choice(syntax.of, falsehood(syntax), truth(syntax), moment)
  const value = evaluate(syntax.of, moment)
  return value === undefined ? undefined : call('subtract', [0, value], syntax, moment)
}

const truth = ({ start, end }: Syntax): Syntax => ({ kind: 'literal', value: true, dotted: false, start, end })
const falsehood = ({ start, end }: Syntax): Syntax => ({ kind: 'literal', value: false, dotted: false, start, end })

interface Lowered {
  readonly fn: FunctionName
  readonly swapped: boolean
  readonly negated: boolean
}

/** Operators are calls of the function table, with the arguments swapped or the result negated. */
const lowered: Readonly<Record<Exclude<Operator, '&&' | '||'>, Lowered>> = {
  '+': { fn: 'add', swapped: false, negated: false },
  '-': { fn: 'subtract', swapped: false, negated: false },
  '*': { fn: 'multiply', swapped: false, negated: false },
  '/': { fn: 'divide', swapped: false, negated: false },
  '==': { fn: 'equal', swapped: false, negated: false },
  '!=': { fn: 'equal', swapped: false, negated: true },
  '<': { fn: 'less', swapped: false, negated: false },
  '>': { fn: 'less', swapped: true, negated: false },
  '<=': { fn: 'less', swapped: true, negated: true },
  '>=': { fn: 'less', swapped: false, negated: true },
}

const binary = (syntax: Syntax & { readonly kind: 'binary' }, moment: Moment): Value | undefined => {
  const { operator, left, right } = syntax
  if (operator === '&&') return choice(left, right, falsehood(right), moment)
  if (operator === '||') return choice(left, truth(right), right, moment)
  const args = all([left, right], moment)
  if (args === undefined) return undefined
  const { fn, swapped, negated } = lowered[operator]
  const value = call(fn, swapped ? args.toReversed() : args, syntax, moment)
  return value === undefined || !negated ? value : call('not', [value], syntax, moment)
}

// Only the branch that is taken may read from outside and fail; in the other one names are still checked.
const choice = (condition: Syntax, then: Syntax, otherwise: Syntax, moment: Moment): Value | undefined => {
  const decided = evaluate(condition, moment)
  if (decided === undefined || (typeof decided !== 'boolean' && isKnown(decided) && !moment.dry)) {
    if (decided !== undefined) refuse(moment, 'FORGE2009', condition, 'A condition is true or false, and this is neither.')
    all([then, otherwise], { ...moment, dry: true })
    return undefined
  }
  if (typeof decided === 'boolean' && !moment.dry) {
    evaluate(decided ? otherwise : then, { ...moment, dry: true })
    return evaluate(decided ? then : otherwise, moment)
  }
  const branches = all([then, otherwise], moment)
  return branches === undefined ? undefined : call('choose', [decided, ...branches], { start: condition.start, end: otherwise.end }, moment)
}
