import type { Glyphs } from './glyphs.ts'
import type { Style } from './palette.ts'
import { charWidth, padTo, textWidth } from './width.ts'

/** A text of one style within a row. */
export interface Piece {
  readonly text: string
  readonly style: Style | null
}

/** One row of a screen. */
export type ScreenRow = readonly Piece[]

/** How a screen is laid out: columns and rows, the time (milliseconds since 1970), and which signs the terminal can show. */
export interface Canvas {
  readonly width: number
  readonly height: number
  readonly now: number
  readonly glyphs: Glyphs
}

export const piece = (text: string, style: Style | null = null): Piece => ({ text, style })

/** The row without its styles. */
export const rowText = (row: ScreenRow): string =>
  row
    .map(({ text }) => text)
    .join('')
    .trimEnd()

/** Pieces with `gap` between them; empty ones are left out. */
export const spaced = (pieces: readonly Piece[], gap: string): ScreenRow =>
  pieces.filter(({ text }) => text !== '').flatMap((each, at) => (at === 0 ? [each] : [piece(gap), each]))

/** The text cut to so many columns, with `mark` where something is missing. */
export const cutEnd = (text: string, width: number, mark: string): string => {
  if (textWidth(text) <= width) return text
  return width < 1 ? '' : takeColumns(text, width - 1) + mark
}

/** Cuts in the middle: the end of an address tells its member. */
export const cutMiddle = (text: string, width: number, mark: string): string => {
  if (textWidth(text) <= width) return text
  if (width < 5) return cutEnd(text, width, mark)
  const tail = backwards(takeColumns(backwards(text), Math.floor((width - 1) / 2)))
  return takeColumns(text, width - 1 - textWidth(tail)) + mark + tail
}

const backwards = (text: string): string => Array.from(text).toReversed().join('')

/** `cutMiddle`, padded to exactly `width` columns. */
export const column = (text: string, width: number, mark: string): string => padTo(cutMiddle(text, width, mark), width)

/** The row in at most `width` columns. */
export const cutRow = (row: ScreenRow, width: number, mark: string): ScreenRow => {
  const kept: Piece[] = []
  let left = width
  for (const { text, style } of row) {
    const shown = cutEnd(text, left, mark)
    if (shown !== '') kept.push({ text: shown, style })
    left -= textWidth(shown)
    if (shown !== text) break
  }
  return kept
}

const takeColumns = (text: string, width: number): string => {
  let taken = ''
  let used = 0
  for (const char of text) {
    used += charWidth(char)
    if (used > width) break
    taken += char
  }
  return taken
}
