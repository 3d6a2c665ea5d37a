import { VsphereError } from '../error.ts'

// What XML 1.0 cannot carry, not even escaped: most control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
const impossible = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

/**
 * Text as it stands in an element or an attribute.
 * @throws VsphereError of kind `request` where it has a character that XML cannot carry.
 */
export const escapeText = (text: string, path: string): string => {
  if (impossible.test(text)) {
    throw new VsphereError('request', `${path} has a character that cannot be sent`, { mayHaveRun: false })
  }
  return text.replaceAll(/[&<>"\r]/g, (each) => special[each] ?? each)
}
