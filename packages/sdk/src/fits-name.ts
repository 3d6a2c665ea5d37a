/** Whether a name is what a query asks for: `*` in the pattern stands for any characters, also none; case counts. */
export const fitsName = (pattern: string, name: string): boolean => {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return name === pattern
  const end = name.length - tail.length
  // Each piece at the first place where it fits: what is left for the next ones is never less.
  let at = name.startsWith(head) ? head.length : Number.POSITIVE_INFINITY
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    at = found < 0 ? Number.POSITIVE_INFINITY : found + piece.length
  }
  return at <= end && name.endsWith(tail)
}
