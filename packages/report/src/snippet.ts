import type { Span } from '@forgeplan/model'
import { escapeText } from './escape.ts'
import type { Source } from './source-place.ts'
import { lineOf, lineText } from './source-place.ts'
import { textWidth } from './width.ts'

// Lines of a span that are shown before the rest is counted.
const lineLimit = 3

/** The source lines of a span with carets under it, each at most `width` columns; long lines are clipped around the span. */
export const snippetLines = (source: Source, span: Span, width: number): readonly string[] => {
  const start = Math.max(0, Math.min(span.start, source.text.length))
  const end = Math.max(start, Math.min(span.end, source.text.length))
  const first = lineOf(source, start)
  const last = lineOf(source, Math.max(start, end - 1))
  const gutter = String(Math.min(last, first + lineLimit - 1) + 1).length
  const lines: string[] = []
  for (let line = first; line <= Math.min(last, first + lineLimit - 1); line++) {
    const from = source.starts[line] ?? 0
    const [text, carets] = markedLine(lineText(source, line), start - from, end - from, Math.max(20, width - gutter - 4))
    lines.push(`${String(line + 1).padStart(gutter)}:   ${text}`, `${' '.repeat(gutter + 4)}${carets}`)
  }
  return last - first >= lineLimit ? [...lines, `${' '.repeat(gutter + 4)}... and ${last - first + 1 - lineLimit} more lines`] : lines
}

interface Cell {
  readonly text: string
  readonly width: number
  readonly marked: boolean
}

const markedLine = (line: string, start: number, end: number, width: number): readonly [text: string, carets: string] => {
  const cells = window(cellsOf(line, Math.max(0, start), end), width)
  const carets = cells
    .map((cell) => (cell.marked ? '^' : ' ').repeat(cell.width))
    .join('')
    .trimEnd()
  return [cells.map((cell) => cell.text).join(''), carets]
}

// One cell more than the line has, so that a span at its end (a missing value) has a place for its caret.
const cellsOf = (line: string, start: number, end: number): readonly Cell[] => {
  const cells: Cell[] = []
  let at = 0
  for (const char of line) {
    const text = char === '\t' ? '    ' : escapeText(char)
    cells.push({ text, width: textWidth(text), marked: at >= start && (at < end || at === start) })
    at += char.length
  }
  return start >= at ? [...cells, { text: '', width: 1, marked: true }] : cells
}

const more: Cell = { text: '...', width: 3, marked: false }

/** The cells around the first marked one that fit into `width` columns. */
const window = (cells: readonly Cell[], width: number): readonly Cell[] => {
  if (cells.reduce((sum, cell) => sum + cell.width, 0) <= width) return cells
  const marked = Math.max(
    0,
    cells.findIndex((cell) => cell.marked),
  )
  const room = width - 6
  let from = marked
  for (let used = 0; from > 0 && used + (cells[from - 1]?.width ?? 0) <= room / 3; from--) used += cells[from - 1]?.width ?? 0
  let to = from
  for (let used = 0; to < cells.length && used + (cells[to]?.width ?? 0) <= room; to++) used += cells[to]?.width ?? 0
  return [...(from > 0 ? [more] : []), ...cells.slice(from, Math.max(to, from + 1)), ...(to < cells.length ? [more] : [])]
}
