import type { Lexeme } from './lexemes.ts'

/** A comment with a line of its own. Columns from 0. */
interface Remark {
  /** Of the comment among the lexemes. */
  readonly at: number
  readonly column: number
  /** Where the next line that says something begins. */
  readonly next: number
}

/**
 * Moves comments that stood no deeper than what follows them back before it: the library counts every comment behind a
 * block as that block's own.
 */
export const alignComments = (before: readonly Lexeme[], after: readonly Lexeme[]): readonly Lexeme[] => {
  const [was, is] = [remarksOf(before), remarksOf(after)]
  if (was.length !== is.length) return after
  const moved = new Map(is.flatMap(({ at, column, next }, i) => (belongsToNext(was[i]) && column !== next ? [[at, next] as const] : [])))
  if (moved.size === 0) return after
  return after.flatMap((lexeme, at): readonly Lexeme[] => {
    const indent = moved.get(at)
    if (indent !== undefined) return indent === 0 ? [lexeme] : [{ piece: ' '.repeat(indent), comment: false }, lexeme]
    return moved.has(at + 1) && isBlank(lexeme) ? [] : [lexeme]
  })
}

const belongsToNext = (remark: Remark | undefined): boolean => remark !== undefined && remark.column <= remark.next

const isBlank = ({ piece }: Lexeme): boolean => /^[ \t]+$/.test(piece)

// From the end to the start, so that what follows a comment is known when it is met.
const remarksOf = (all: readonly Lexeme[]): readonly Remark[] => {
  const remarks: Remark[] = []
  let next = 0
  for (let at = all.length - 1; at >= 0; at--) {
    const column = columnOf(all, at)
    if (column === null) continue
    if (all[at]?.comment === true) remarks.push({ at, column, next })
    else next = column
  }
  return remarks.reverse()
}

/** The column of a lexeme that begins its line with something to say; null for any other. */
const columnOf = (all: readonly Lexeme[], at: number): number | null => {
  const [here, one, two] = [all[at], all[at - 1], all[at - 2]]
  if (here === undefined || here.piece.trim() === '') return null
  if (startsLine(one)) return here.piece.length - here.piece.trimStart().length
  return one !== undefined && isBlank(one) && startsLine(two) ? one.piece.length : null
}

const startsLine = (before: Lexeme | undefined): boolean => before === undefined || before.piece.endsWith('\n')
