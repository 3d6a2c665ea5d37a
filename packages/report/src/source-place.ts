import type { Span } from '@forgeplan/model'

/** A place in a text. `line` and `column` count from 1, columns in characters; `byte` counts from 0 in UTF-8. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly byte: number
}

/** A source text with an index of its lines, so that many places in one file cost one pass. */
export interface Source {
  readonly text: string
  readonly starts: readonly number[]
}

export const toSource = (text: string): Source => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return { text, starts }
}

/** The place of a UTF-16 offset; offsets outside of the text count as its nearest end. */
export const placeOf = (source: Source, offset: number): Place => {
  const at = Math.max(0, Math.min(offset, source.text.length))
  const line = lineOf(source, at)
  const column = Array.from(source.text.slice(source.starts[line] ?? 0, at)).length + 1
  return { line: line + 1, column, byte: utf8Length(source.text.slice(0, at)) }
}

/** The index of the line that holds an offset. */
export const lineOf = ({ starts }: Source, offset: number): number => {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** The text of a line by its index, without its line break. */
export const lineText = ({ text, starts }: Source, line: number): string => {
  const end = starts[line + 1]
  return text.slice(starts[line] ?? 0, end === undefined ? text.length : end - 1).replace(/\r$/, '')
}

/** Bytes in UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export const utf8Length = (text: string): number => {
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** `file:line:column`, or the file alone where its text is not at hand. */
export const placeText = (span: Span, source: Source | undefined): string => {
  if (source === undefined) return span.file
  const { line, column } = placeOf(source, span.start)
  return `${span.file}:${line}:${column}`
}
