import { lexemes } from './lexemes.ts'

/** A comment with a line of its own. Columns from 0. */
interface Remark {
  readonly line: number
  readonly column: number
  /** Where the next line that says something begins. */
  readonly next: number
}

/**
 * Moves comments that stood no deeper than what follows them back before it: the library counts every comment behind a
 * block as that block's own.
 */
export const alignComments = (before: string, after: string): string => {
  const [was, is] = [remarksOf(before), remarksOf(after)]
  if (was.length !== is.length) return after
  const moved = new Map(
    is.flatMap(({ line, column, next }, i) => (belongsToNext(was[i]) && column !== next ? [[line, next] as const] : [])),
  )
  return after
    .split('\n')
    .map((line, i) => (moved.has(i) ? ' '.repeat(moved.get(i) ?? 0) + line.trimStart() : line))
    .join('\n')
}

const belongsToNext = (remark: Remark | undefined): boolean => remark !== undefined && remark.column <= remark.next

const remarksOf = (text: string): readonly Remark[] => {
  const lines = text.split('\n')
  const own = ownLines(text)
  let next = 0
  const remarks: Remark[] = []
  for (const [line, words] of [...lines.entries()].reverse()) {
    const column = words.length - words.trimStart().length
    if (own.has(line)) remarks.push({ line, column, next })
    else if (words.trim() !== '') next = column
  }
  return remarks.reverse()
}

const ownLines = (text: string): ReadonlySet<number> => {
  const found = new Set<number>()
  let line = 0
  let bare = true
  for (const { piece, comment } of lexemes(text)) {
    if (comment && bare) found.add(line)
    const breaks = piece.split('\n').length - 1
    line += breaks
    bare = breaks > 0 ? piece.endsWith('\n') : bare && /^[ \t]*$/.test(piece)
  }
  return found
}
