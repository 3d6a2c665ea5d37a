const plainAscii = /^[\x20-\x7e]*$/
const nothing = /^[\p{Mn}\p{Me}]$/u
// East Asian wide and full-width blocks and the emoji planes; ambiguous characters count as narrow, as terminals do.
const wide =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]$/u

/** Columns that one code point takes on a terminal: 0, 1 or 2. */
export const charWidth = (char: string): number => (nothing.test(char) ? 0 : wide.test(char) ? 2 : 1)

/** Columns that `text` takes on a terminal; it holds no control characters. */
export const textWidth = (text: string): number => {
  if (plainAscii.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

/** `text` with spaces behind it up to `width` columns. */
export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))

const lengthOf = (text: string): number => text.length

/** Breaks `text` at spaces: the first line has `first` columns, the others `rest`. A longer word stays whole. */
export const wrap = (text: string, first: number, rest: number): readonly string[] => {
  // Asked once of the whole text, and not of each of its words.
  const widthOf = plainAscii.test(text) ? lengthOf : textWidth
  if (widthOf(text) <= first) return [text]
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const token of text.split(/( +)/)) {
    const width = widthOf(token)
    const room = lines.length === 0 ? first : rest
    const space = token.trim() === ''
    if (used > 0 && !space && used + width > room) {
      lines.push(line.trimEnd())
      line = ''
      used = 0
    }
    if (space && used === 0 && lines.length > 0) continue
    line += token
    used += width
  }
  return [...lines, line.trimEnd()]
}
