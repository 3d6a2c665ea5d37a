/** Whether an address fits what a user typed: a pattern with `*`, or text that it contains. */
export const fits = (address: string, pattern: string | undefined): boolean => {
  if (pattern === undefined) return true
  if (!pattern.includes('*')) return address.includes(pattern)
  return fitsParts(address, pattern.split('*'))
}

// Leftmost matches of the pieces between stars; no regular expression, so no pattern can take long.
const fitsParts = (address: string, pieces: readonly string[]): boolean => {
  const [first = '', ...rest] = pieces
  const last = rest.pop() ?? ''
  if (!address.startsWith(first) || !address.endsWith(last)) return false
  let at = first.length
  for (const piece of rest) {
    const found = address.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= address.length - last.length
}
