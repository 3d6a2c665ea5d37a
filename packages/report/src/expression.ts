import type { Expr, Leaf, Value } from '@forgeplan/model'
import { isLate, isSensitive } from '@forgeplan/model'
import { clip } from './escape.ts'

/** The text of an expression as the configuration would spell it, without `${}`. A secret shows its source name only. */
export const exprText = (expr: Expr): string => {
  if (expr.kind !== 'call') return leafText(expr)
  const [first, second, third] = expr.args.map(argText)
  switch (expr.fn) {
    case 'add':
      return `${first} + ${second}`
    case 'subtract':
      return `${first} - ${second}`
    case 'multiply':
      return `${first} * ${second}`
    case 'divide':
      return `${first} / ${second}`
    case 'equal':
      return `${first} == ${second}`
    case 'less':
      return `${first} < ${second}`
    case 'not':
      return `!${first}`
    case 'choose':
      return `${first} ? ${second} : ${third}`
    case 'concat':
      return JSON.stringify(templateText(expr.args))
    case 'get':
      return [first, ...expr.args.slice(1).map(keyText)].join('')
    case 'join':
    case 'split':
    case 'upper':
    case 'lower':
    case 'trim':
    case 'replace':
    case 'length':
    case 'pad':
    case 'indent':
    case 'json':
      return `${expr.fn}(${expr.args.map(argText).join(', ')})`
    default:
      return expr.fn satisfies never
  }
}

/** The pieces of a template as one text, late ones as `${...}`. */
export const templateText = (pieces: readonly Value[]): string =>
  pieces.map((piece) => (isLate(piece) ? `\${${exprText(piece.$late)}}` : typeof piece === 'string' ? piece : dataText(piece))).join('')

/** The text of a value that is a text, or a template of one; `undefined` for anything else. */
export const templateOf = (value: Value | undefined): string | undefined => {
  if (typeof value === 'string') return value
  return isLate(value) && value.$late.kind === 'call' && value.$late.fn === 'concat' ? templateText(value.$late.args) : undefined
}

// A list or a map may hold a late secret, whose JSON would show its digest.
const dataText = (value: Value): string => (isSensitive(value) ? '(sensitive)' : JSON.stringify(value))

const argText = (value: Value): string => (isLate(value) ? exprText(value.$late) : clip(dataText(value), 80))

const keyText = (key: Value): string => (typeof key === 'string' ? `.${key}` : `[${argText(key)}]`)

const leafText = (leaf: Leaf): string => {
  switch (leaf.kind) {
    case 'var':
      return `var.${leaf.name}`
    case 'env':
      return `env.${leaf.name}`
    case 'file':
      return `file(${JSON.stringify(leaf.path)})`
    case 'stack':
      return `stack.${leaf.field}`
    case 'member':
      return `member.${leaf.field}`
    case 'output':
      return [leaf.of, ...leaf.path].join('.')
    case 'members':
      return [`group.${leaf.group}[*]`, ...leaf.path].join('.')
    case 'secret':
      return `secret ${leaf.source}`
    case 'runtime':
      return `runtime.${leaf.name}`
    default:
      return leaf satisfies never
  }
}
