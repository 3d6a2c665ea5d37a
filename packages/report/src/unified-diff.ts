import { escapeText } from './escape.ts'
import type { DiffLine } from './line-diff.ts'
import { lineDiff } from './line-diff.ts'

/** Unchanged lines around a change. */
const context = 3

/** Two versions of a file as `diff -u` shows them, for people and for `patch`; empty when they are the same. */
export const unifiedDiff = (name: string, before: string, after: string): string => {
  if (before === after) return ''
  const [was, is] = [linesOf(before), linesOf(after)]
  // Too much to compare line by line: everything out, everything in.
  const lines = lineDiff(was, is, context) ?? [
    ...was.map((text) => ({ kind: 'out', text }) as const),
    ...is.map((text) => ({ kind: 'in', text }) as const),
  ]
  const path = escapeText(name)
  return `--- a/${path}\n+++ b/${path}\n${hunksOf(lines).map(hunkText).join('')}`
}

const signs = { same: ' ', out: '-', in: '+' } as const

// A last line without an end differs from one with an end.
const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.replaceAll('\r', '\\r'))
  const last = lines.pop() ?? ''
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`]
}

type Line = Exclude<DiffLine, { kind: 'gap' }>

interface Hunk {
  readonly lines: readonly Line[]
  /** Lines in front of it in either file. */
  readonly skippedBefore: number
  readonly skippedAfter: number
}

const hunksOf = (lines: readonly DiffLine[]): readonly Hunk[] => {
  const hunks: { lines: Line[]; skippedBefore: number; skippedAfter: number }[] = []
  let [before, after] = [0, 0]
  let open = false
  for (const line of lines) {
    if (line.kind !== 'gap' && !open) hunks.push({ lines: [], skippedBefore: before, skippedAfter: after })
    open = line.kind !== 'gap'
    if (line.kind !== 'gap') hunks.at(-1)?.lines.push(line)
    if (line.kind !== 'in') before += line.kind === 'gap' ? line.lines : 1
    if (line.kind !== 'out') after += line.kind === 'gap' ? line.lines : 1
  }
  return hunks
}

const hunkText = ({ lines, skippedBefore, skippedAfter }: Hunk): string => {
  const out = lines.filter(({ kind }) => kind !== 'in').length
  const put = lines.filter(({ kind }) => kind !== 'out').length
  const body = lines.map(({ kind, text }) => `${signs[kind]}${text}\n`).join('')
  return `@@ -${range(skippedBefore, out)} +${range(skippedAfter, put)} @@\n${body}`
}

const range = (skipped: number, count: number): string => `${String(count === 0 ? skipped : skipped + 1)},${String(count)}`
