import type { ScreenRow } from '@forgeplan/report'
import { rowWidth } from '@forgeplan/report'

/** Takes a frame off a terminal that is `columns` wide now: rows that were drawn wider have been folded by it. The cursor stands below the frame. */
export const eraseText = (drawn: readonly ScreenRow[], columns: number): string => {
  const rows = drawn.reduce((sum, row) => sum + Math.max(1, Math.ceil(rowWidth(row) / Math.max(1, columns))), 0)
  return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`
}
