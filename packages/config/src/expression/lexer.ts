import type { Range } from './syntax.ts'
import { SyntaxProblem } from './syntax.ts'

export type Token =
  | (Range & { readonly kind: 'number'; readonly value: number })
  | (Range & { readonly kind: 'text'; readonly value: string })
  | (Range & { readonly kind: 'name'; readonly value: string })
  | (Range & { readonly kind: 'mark'; readonly value: string })
  | (Range & { readonly kind: 'end' })

const space = /[ \t\r\n]*/y
const number = /\d+(?:\.\d+)?/y
// A hyphen belongs to a name when a letter or digit follows at once, as in `groups.web-servers`.
const name = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/y
const mark = /&&|\|\||[=!<>]=|[()[\],.?:+\-*/<>!}]/y

/** Reads the token that begins at or after `at`. @throws SyntaxProblem where no token begins. */
export const tokenAt = (text: string, at: number): Token => {
  const start = at + (match(space, text, at)?.length ?? 0)
  if (start >= text.length) return { kind: 'end', start, end: start }
  const digits = match(number, text, start)
  if (digits !== undefined) return { kind: 'number', value: Number(digits), start, end: start + digits.length }
  const word = match(name, text, start)
  if (word !== undefined) return { kind: 'name', value: word, start, end: start + word.length }
  const sign = match(mark, text, start)
  if (sign !== undefined) return { kind: 'mark', value: sign, start, end: start + sign.length }
  if (text[start] === '"' || text[start] === "'") return textAt(text, start)
  throw new SyntaxProblem('No expression can hold this character.', { start, end: start + 1 })
}

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', "'": "'", '\\': '\\' }

const textAt = (text: string, start: number): Token => {
  const quoteMark = text[start]
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const unit = text[at] as string
    if (unit === quoteMark) return { kind: 'text', value, start, end: at + 1 }
    if (unit !== '\\') {
      value += unit
      continue
    }
    const meant = escapes[text[++at] ?? '']
    if (meant === undefined)
      throw new SyntaxProblem(String.raw`Only \n, \t, \\, \" and \' may follow a backslash.`, { start: at - 1, end: at + 1 })
    value += meant
  }
  throw new SyntaxProblem('This text has no closing quotation mark.', { start, end: start + 1 })
}
