const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

// Controls (Cc), invisible and direction-changing characters (Cf), line and paragraph separators, lone surrogates (Cs).
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const anyUnsafe = /[^\x20-\x7e]/

/** Makes control characters, ANSI sequences and direction overrides visible; the result is one line that no terminal obeys. */
export const escapeText = (text: string): string =>
  anyUnsafe.test(text) ? text.replace(unsafe, (char) => named[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`) : text

// What JSON leaves as it is, and a terminal or a reader would not: C1 controls, invisible and direction-changing characters.
const unsafeInJson = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu
const unitEscapes = (char: string): string =>
  Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')

/** JSON in which nothing stands raw that a terminal would obey: the same value, in other letters. */
export const visibleJson = (json: string): string => json.replace(unsafeInJson, unitEscapes)

/** `escapeText` that keeps line breaks as lines. */
export const escapedLines = (text: string): readonly string[] => text.split(/\r\n|\n/).map(escapeText)

/** At most `limit` characters, never half of one; what was cut is said. */
export const clip = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit
  return `${text.slice(0, end)}... (${text.length} characters)`
}
