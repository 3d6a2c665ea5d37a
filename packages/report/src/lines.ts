import type { Style } from './palette.ts'
import { paint } from './palette.ts'
import { textWidth, wrap } from './width.ts'

/** One logical line: a coloured lead and plain text that wraps under itself, `hang` columns in. */
export interface Line {
  readonly lead: string
  readonly style: Style | null
  readonly text: string
  readonly hang: number
}

/** How text is laid out. `width` is in columns. */
export interface TextOptions {
  readonly width: number
  readonly color: boolean
}

export const plainLine = (text: string): Line => ({ lead: '', style: null, text, hang: 4 })
export const blank: Line = plainLine('')

/** Lays lines out, each no wider than the width unless a single word is. */
export const print = (lines: readonly Line[], options: TextOptions): string => lines.map((line) => printLine(line, options)).join('\n')

const printLine = (line: Line, { width, color }: TextOptions): string => {
  const room = width - textWidth(line.lead)
  const [first = '', ...rest] = wrap(line.text, room, width - line.hang)
  const head = `${paint(line.lead, line.style, color)}${first}`.trimEnd()
  const indent = `\n${' '.repeat(line.hang)}`
  return rest.reduce((text, more) => `${text}${indent}${more}`, head)
}
