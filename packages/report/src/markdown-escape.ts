import { escapeText } from './escape.ts'

const zeroWidth = '&#8203;'

/**
 * Untrusted words in markdown prose: no markup, no HTML, and none of the references that GitHub makes of plain text
 * after rendering (`@name`, `#1`, `GH-1`, addresses of pages), which a backslash does not stop.
 */
export const proseText = (text: string): string =>
  escapeText(text)
    .replace(/[\\`*_{}[\]()!|~$^+=-]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@#]/g, `$&${zeroWidth}`)
    .replace(/:(?=\/\/)/g, `:${zeroWidth}`)
    .replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${zeroWidth}`)
    .replace(/\bGH(?=\\-\d)/gi, `$&${zeroWidth}`)

/** Untrusted text as a code span, which nothing is made of; safe in a table too. */
export const codeText = (text: string): string => {
  const safe = escapeText(text).replaceAll('|', '\\|')
  const fence = '`'.repeat(longestRun(safe) + 1)
  const pad = safe === '' || /^[` ]|[` ]$/.test(safe) ? ' ' : ''
  return `${fence}${pad}${safe}${pad}${fence}`
}

/** Untrusted text as code inside an HTML block (`<summary>`), where markdown does not apply. */
export const htmlCode = (text: string): string =>
  `<code>${escapeText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[@#]/g, `$&${zeroWidth}`)}</code>`

/** Lines in a fence that is longer than any run of backticks inside. */
export const fenced = (language: string, lines: readonly string[]): readonly string[] => {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1))
  return [`${fence}${language}`, ...lines, fence]
}

const longestRun = (text: string): number => {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
