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

/** LF, one line end at the end, no byte order mark, no blanks at the end of a line, at most one empty line; texts are not touched. */
export const tidied = (text: string): string => {
  const kept: string[] = []
  for (const { piece, comment } of lexemes(text)) {
    if (piece === '\n') endLine(kept)
    else kept.push(comment ? piece.trimEnd() : piece)
  }
  const last = kept.at(-1) ?? ''
  if (/^[ \t]+$/.test(last)) kept.pop()
  while (kept.at(-1) === '\n' && (kept.length === 1 || kept.at(-2) === '\n')) kept.pop()
  const joined = kept.join('')
  return joined === '' || joined.endsWith('\n') ? joined : `${joined}\n`
}

const endLine = (kept: string[]): void => {
  if (/^[ \t]+$/.test(kept.at(-1) ?? '')) kept.pop()
  const empty = kept.at(-1) === '\n' && (kept.at(-2) === '\n' || kept.length === 1)
  if (!empty && kept.length > 0) kept.push('\n')
}

/** The comments in order. */
export const commentsOf = (text: string): readonly string[] =>
  lexemes(text).flatMap(({ comment, piece }) => (comment ? [piece.trimEnd()] : []))
