/** The candidate that `text` was probably meant to be: two letters differ, or a third of them. */
export const nearest = (text: string, candidates: readonly string[]): string | undefined => {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(text, candidate) }))
    .filter((entry) => entry.distance <= limitFor(entry.candidate))
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

const limitFor = (candidate: string): number => (candidate.length < 4 ? 1 : Math.max(2, Math.floor(candidate.length / 3)))

/** Levenshtein's distance; texts longer than 64 characters are never near. */
const distance = (a: string, b: string): number => {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) row = nextRow(row, i, a, b)
  return row[b.length] ?? 0
}

const nextRow = (above: readonly number[], i: number, a: string, b: string): number[] => {
  const row = [i]
  for (let j = 1; j <= b.length; j++) {
    const swap = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
    row.push(Math.min(swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
  }
  return row
}
