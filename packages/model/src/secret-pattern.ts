/** Words shorter than this, in UTF-16 units, count as a secret only where they are whole. */
const shortestInside = 8

/**
 * Finds any of the texts, the longest first; null where there are none. A short one of letters and
 * digits is found only as a whole word, since it may stand inside of innocent ones: `test` in `latest`.
 */
export const secretPattern = (texts: Iterable<string>): RegExp | null => {
  const longestFirst = [...new Set(texts)].filter((text) => text !== '').toSorted((a, b) => b.length - a.length)
  return longestFirst.length === 0 ? null : new RegExp(longestFirst.map(patternOf).join('|'), 'gu')
}

const patternOf = (text: string): string => {
  const exact = text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, '\\$&')
  return text.length < shortestInside && word.test(text) ? `${wordStart}${exact}${wordEnd}` : exact
}

const letter = String.raw`[\p{L}\p{N}]`
const word = new RegExp(`^${letter}+$`, 'u')

// What ends in a letter or a digit without being part of a word: a colour, an escape of JSON, an escape of a URL.
const noWord = String.raw`\u001b\[[\d;]*m|\\[bfnrt]|\\u[\da-fA-F]{4}|%[\da-fA-F]{2}`
const wordStart = `(?:(?<!${letter})|(?<=${noWord}))`
const wordEnd = `(?!${letter})`
