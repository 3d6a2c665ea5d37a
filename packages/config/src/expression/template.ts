import { parseExpression } from './parser.ts'
import type { Range, Syntax } from './syntax.ts'
import { SyntaxProblem } from './syntax.ts'

/** A piece of text, or an expression with the range of its whole `${...}`. */
export type Piece = string | (Range & { readonly syntax: Syntax })

export type Template =
  | { readonly ok: true; readonly pieces: readonly Piece[] }
  | { readonly ok: false; readonly message: string; readonly range: Range }

/** How many expressions one text may hold; `concat` takes 1000 pieces. */
const mostExpressions = 400

/** Whether a text means anything else than itself. */
export const isTemplate = (text: string): boolean => text.includes('${')

/** Splits a text at its `${...}`; `$${` stands for `${` as text. */
export const readTemplate = (text: string): Template => {
  const pieces: Piece[] = []
  let plain = ''
  let at = 0
  try {
    for (;;) {
      const next = text.indexOf('${', at)
      if (next < 0) break
      plain += text.slice(at, next)
      if (next > at && text[next - 1] === '$') {
        plain += '{'
        at = next + 2
        continue
      }
      if (plain !== '') pieces.push(plain)
      plain = ''
      const { syntax, end } = parseExpression(text, next + 2)
      pieces.push({ syntax, start: next, end })
      if (pieces.length > 2 * mostExpressions)
        throw new SyntaxProblem(`A text may hold at most ${mostExpressions} expressions.`, { start: next, end })
      at = end
    }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { ok: false, message: error.message, range: rangeWithin(error.range, text) }
    throw error
  }
  const rest = plain + text.slice(at)
  return { ok: true, pieces: rest === '' && pieces.length > 0 ? pieces : [...pieces, rest] }
}

const rangeWithin = ({ start, end }: Range, text: string): Range => ({
  start: Math.min(start, text.length),
  end: Math.min(end, text.length),
})
