import type { ErrorCode } from 'yaml'

/** What usually mends a breach of YAML's rules, as a sentence with a space before it; nothing where nobody can say. */
export const hintFor = (code: ErrorCode): string => {
  const hint = hints[code]
  return hint === undefined ? '' : ` ${hint}`
}

const quotes = 'A text that holds ": ", "#", "{", "[" or "${" stands in quotes'

const hints: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'A text that begins with "*" or "&" stands in quotes.',
  BAD_DQ_ESCAPE: 'Write two backslashes for one, or put the text in single quotes.',
  BAD_INDENT: 'The keys of one map begin in the same column, and every { and [ is closed before the next key.',
  BAD_SCALAR_START: 'A text that begins with "@", "`" or "%" stands in quotes.',
  BLOCK_AS_IMPLICIT_KEY: `${quotes}, and a key has ":" behind it.`,
  BLOCK_IN_FLOW: 'Inside of { } and [ ] write "key: value", with commas between the items.',
  MISSING_CHAR: 'Something that was opened further up is not closed, or a space or a comma is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key has a ":" and a space behind it.',
  TAB_AS_INDENT: 'Indent every line with spaces.',
  UNEXPECTED_TOKEN: `${quotes}, and nothing follows a closing quotation mark.`,
}
