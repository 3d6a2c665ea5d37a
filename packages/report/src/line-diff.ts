/** One line of a difference: kept as context, taken out, put in, or a number of unchanged lines left out. */
export type DiffLine = { readonly kind: 'same' | 'out' | 'in'; readonly text: string } | { readonly kind: 'gap'; readonly lines: number }

// Cells of the table: 1,000 changed lines on both sides take 4 MB and some milliseconds.
const tableLimit = 1_000_000

/** The difference of two texts by lines, with `context` lines around; `null` if the changed part is too large to compare. */
export const lineDiff = (before: readonly string[], after: readonly string[], context: number): readonly DiffLine[] | null => {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const out = before.slice(head, before.length - tail)
  const put = after.slice(head, after.length - tail)
  if ((out.length + 1) * (put.length + 1) > tableLimit) return null
  const same = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return withGaps([...same(before.slice(0, head)), ...middle(out, put), ...same(before.slice(before.length - tail))], context)
}

const middle = (out: readonly string[], put: readonly string[]): readonly DiffLine[] => {
  const width = put.length + 1
  const table = commonTable(out, put)
  const at = (i: number, j: number): number => table[i * width + j] ?? 0
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < out.length || j < put.length) {
    if (i < out.length && j < put.length && out[i] === put[j]) {
      lines.push({ kind: 'same', text: out[i++] ?? '' })
      j++
    } else if (i < out.length && (j === put.length || at(i + 1, j) >= at(i, j + 1))) lines.push({ kind: 'out', text: out[i++] ?? '' })
    else lines.push({ kind: 'in', text: put[j++] ?? '' })
  }
  return lines
}

/** Cell (i, j) is the length of the longest common subsequence of `out` from i and `put` from j. */
const commonTable = (out: readonly string[], put: readonly string[]): Uint32Array => {
  const width = put.length + 1
  const table = new Uint32Array((out.length + 1) * width)
  for (let i = out.length - 1; i >= 0; i--)
    for (let j = put.length - 1; j >= 0; j--)
      table[i * width + j] =
        out[i] === put[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0)
  return table
}

const withGaps = (lines: readonly DiffLine[], context: number): readonly DiffLine[] => {
  const near = new Uint8Array(lines.length)
  let last = -Infinity
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]?.kind !== 'same') last = i
    if (i - last <= context) near[i] = 1
  }
  last = Infinity
  for (let i = lines.length - 1; i >= 0; i--) {
    if (lines[i]?.kind !== 'same') last = i
    if (last - i <= context) near[i] = 1
  }
  const kept: DiffLine[] = []
  for (const [i, line] of lines.entries()) {
    const top = kept.at(-1)
    if (near[i] === 1) kept.push(line)
    else if (top?.kind === 'gap') kept[kept.length - 1] = { kind: 'gap', lines: top.lines + 1 }
    else kept.push({ kind: 'gap', lines: 1 })
  }
  return kept
}
