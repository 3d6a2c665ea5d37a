/** Text of the user in a sentence: in quotes, escaped and cut to 60 characters. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** ` Did you mean "x"?`, or nothing when no candidate is near. */
export const didYouMean = (name: string, candidates: Iterable<string>): string => {
  const best = nearest(name, candidates)
  return best === undefined ? '' : ` Did you mean ${quote(best)}?`
}

/** `a, b, c` in quotes, cut after 12; `none` when there is nothing. */
export const listed = (names: Iterable<string>): string => {
  const all = [...names].toSorted()
  if (all.length === 0) return 'none'
  const rest = all.length > 12 ? ` and ${all.length - 12} more` : ''
  return all.slice(0, 12).map(quote).join(', ') + rest
}

/** The candidate with the fewest typing errors, if there are at most a third of the name's length of them. */
export const nearest = (name: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bound = Math.max(1, Math.min(4, Math.floor(name.length / 3))) + 1
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= bound || name.length > 64) continue
    const distance = typingErrors(name.toLowerCase(), candidate.toLowerCase(), bound)
    if (distance < bound) {
      best = candidate
      bound = distance
    }
  }
  return best
}

// Damerau and Levenshtein's distance with adjacent swaps; rows beyond `bound` end the search early.
const typingErrors = (a: string, b: string, bound: number): number => {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = nextRow(a, b, i, { row, before })
    if (Math.min(...next) >= bound) return bound
    before = row
    row = next
  }
  return row[b.length] ?? bound
}

interface Rows {
  readonly row: readonly number[]
  readonly before: readonly number[]
}

const nextRow = (a: string, b: string, i: number, { row, before }: Rows): readonly number[] => {
  const next: number[] = [i]
  for (let j = 1; j <= b.length; j++) {
    const cost = a[i - 1] === b[j - 1] ? 0 : 1
    const plainBest = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost)
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
    next.push(swapped ? Math.min(plainBest, (before[j - 2] ?? 0) + 1) : plainBest)
  }
  return next
}
