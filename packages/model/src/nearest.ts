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

/**
 * The address or unit that was probably meant by what a person typed: the same name without its kind (`web/2`), the
 * first member of a group where only members are known, or the nearest one.
 */
export const nearestAddress = (text: string, known: Iterable<string>): string | undefined => {
  const all = [...known]
  const whole = ['group.', 'instance.'].map((kind) => `${kind}${text}`)
  return (
    all.find((name) => whole.includes(name)) ??
    all.find((name) => [text, ...whole].some((unit) => name.startsWith(`${unit}/`))) ??
    nearest(text, all)
  )
}
