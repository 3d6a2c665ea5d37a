import type { Token } from './lexer.ts'
import { tokenAt } from './lexer.ts'
import type { Operator, Syntax } from './syntax.ts'
import { SyntaxProblem } from './syntax.ts'

/** What one expression may hold, so that reading and evaluating it stay bounded. */
const limits = { tokens: 500, depth: 50 } as const

const strengths: Readonly<Record<Operator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
}
const isOperator = (text: string): text is Operator => Object.hasOwn(strengths, text)
const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** Reads the expression from `start` up to its closing brace. @throws SyntaxProblem */
export const parseExpression = (text: string, start: number): { readonly syntax: Syntax; readonly end: number } => {
  const parser = new ExpressionParser(text, start)
  const syntax = parser.expression(0)
  const { end } = parser.expect('}', 'The expression should end here with }, or go on with an operator.')
  return { syntax, end }
}

// A Pratt parser: `expression(n)` takes operators that bind more strongly than n.
class ExpressionParser {
  readonly #text: string
  #token: Token
  #tokens = 0
  #depth = 0

  constructor(text: string, start: number) {
    this.#text = text
    this.#token = tokenAt(text, start)
  }

  expression(strength: number): Syntax {
    if (++this.#depth > limits.depth) throw new SyntaxProblem('The expression is nested too deeply.', this.#token)
    let left = this.#operand()
    for (;;) {
      const { kind } = this.#token
      const sign = kind === 'mark' ? this.#token.value : ''
      if (isOperator(sign) && strengths[sign] > strength) left = this.#binary(left, sign)
      else if (sign === '?' && strength === 0) left = this.#choice(left)
      else break
    }
    this.#depth--
    return left
  }

  expect(sign: string, otherwise: string): Token {
    const token = this.#token
    if (token.kind === 'end') throw new SyntaxProblem('The closing } of the expression is missing.', { start: token.start, end: token.end })
    if (token.kind !== 'mark' || token.value !== sign) throw new SyntaxProblem(otherwise, token)
    if (sign !== '}') this.#advance()
    return token
  }

  #advance(): Token {
    const token = this.#token
    if (++this.#tokens > limits.tokens) throw new SyntaxProblem(`The expression has more than ${limits.tokens} words and signs.`, token)
    this.#token = tokenAt(this.#text, token.end)
    return token
  }

  #at(sign: string): boolean {
    return this.#token.kind === 'mark' && this.#token.value === sign
  }

  #binary(left: Syntax, operator: Operator): Syntax {
    this.#advance()
    const right = this.expression(strengths[operator])
    return { kind: 'binary', operator, left, right, start: left.start, end: right.end }
  }

  #choice(condition: Syntax): Syntax {
    this.#advance()
    const then = this.expression(0)
    this.expect(':', 'The : of a choice (condition ? this : that) is missing.')
    const otherwise = this.expression(0)
    return { kind: 'choice', condition, then, otherwise, start: condition.start, end: otherwise.end }
  }

  #operand(): Syntax {
    const token = this.#token
    if (token.kind === 'mark' && (token.value === '!' || token.value === '-')) {
      this.#advance()
      const of = this.expression(strengths['*'])
      return { kind: 'unary', operator: token.value, of, start: token.start, end: of.end }
    }
    return this.#accesses(this.#primary())
  }

  #primary(): Syntax {
    const token = this.#token
    if (token.kind === 'number' || token.kind === 'text') {
      this.#advance()
      return { kind: 'literal', value: token.value, dotted: false, start: token.start, end: token.end }
    }
    if (token.kind === 'name') return this.#named(token.value)
    if (this.#at('(')) return this.#parentheses()
    if (token.kind === 'end') throw new SyntaxProblem('The closing } of the expression is missing.', token)
    throw new SyntaxProblem('A value is expected here: a reference, a number, a text in quotes or a call.', token)
  }

  #named(name: string): Syntax {
    const { start, end } = this.#advance()
    if (this.#at('(')) return this.#call(name, { start, end })
    if (Object.hasOwn(literals, name)) return { kind: 'literal', value: literals[name] ?? null, dotted: false, start, end }
    return { kind: 'name', name, start, end }
  }

  #call(name: string, nameRange: { readonly start: number; readonly end: number }): Syntax {
    this.#advance()
    const args: Syntax[] = []
    while (!this.#at(')')) {
      if (args.length > 0) this.expect(',', 'A comma or a closing parenthesis is expected here.')
      args.push(this.expression(0))
    }
    const { end } = this.#advance()
    return { kind: 'call', name, nameRange, args, start: nameRange.start, end }
  }

  #parentheses(): Syntax {
    const { start } = this.#advance()
    const of = this.expression(0)
    const { end } = this.expect(')', 'The closing parenthesis is missing.')
    return { kind: 'parentheses', of, start, end }
  }

  #accesses(from: Syntax): Syntax {
    let of = from
    for (;;) {
      if (this.#at('.')) of = this.#field(of)
      else if (this.#at('[')) of = this.#index(of)
      else return of
    }
  }

  #field(of: Syntax): Syntax {
    this.#advance()
    const token = this.#token
    if (token.kind !== 'name') throw new SyntaxProblem('A name is expected after the dot; write ["..."] for any other key.', token)
    this.#advance()
    const key: Syntax = { kind: 'literal', value: token.value, dotted: true, start: token.start, end: token.end }
    return { kind: 'access', of, key, start: of.start, end: token.end }
  }

  #index(of: Syntax): Syntax {
    this.#advance()
    const key = this.expression(0)
    const { end } = this.expect(']', 'The closing bracket is missing.')
    return { kind: 'access', of, key, start: of.start, end }
  }
}
