import { CST, Lexer } from 'yaml'

/** A piece of a file: all of them in order are the file, without its byte order mark and with LF. */
export interface Lexeme {
  readonly piece: string
  readonly comment: boolean
}

export const lexemes = (text: string): readonly Lexeme[] => {
  const all = [...new Lexer().lex(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))]
  return all.flatMap((piece, at) =>
    isSign(piece) ? [] : [{ piece, comment: CST.tokenType(piece) === 'comment' && all[at - 1] !== CST.SCALAR }],
  )
}

// The lexer says with single control characters what comes next.
const isSign = (piece: string): boolean => piece === CST.DOCUMENT || piece === CST.FLOW_END || piece === CST.SCALAR

export const textOf = (all: readonly Lexeme[]): string => all.map(({ piece }) => piece).join('')

const lineEnd: Lexeme = { piece: '\n', comment: false }

/** One line end at the end, no blanks at the end of a line, at most one empty line; texts are not touched. */
export const tidied = (all: readonly Lexeme[]): readonly Lexeme[] => {
  const kept: Lexeme[] = []
  for (const lexeme of all) {
    if (lexeme.piece === '\n') endLine(kept)
    else kept.push(lexeme.comment ? { piece: lexeme.piece.trimEnd(), comment: true } : lexeme)
  }
  dropBlanks(kept)
  while (isEnd(kept.at(-1)) && (kept.length === 1 || isEnd(kept.at(-2)))) kept.pop()
  return kept.length === 0 || kept.at(-1)?.piece.endsWith('\n') === true ? kept : [...kept, lineEnd]
}

const isEnd = (lexeme: Lexeme | undefined): boolean => lexeme?.piece === '\n'

const dropBlanks = (kept: Lexeme[]): void => {
  if (/^[ \t]+$/.test(kept.at(-1)?.piece ?? '')) kept.pop()
}

const endLine = (kept: Lexeme[]): void => {
  dropBlanks(kept)
  const empty = isEnd(kept.at(-1)) && (isEnd(kept.at(-2)) || kept.length === 1)
  if (!empty && kept.length > 0) kept.push(lineEnd)
}

/** The comments in order. */
export const commentsOf = (all: readonly Lexeme[]): readonly string[] => all.flatMap(({ comment, piece }) => (comment ? [piece] : []))
