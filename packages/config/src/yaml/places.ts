import type { Span } from '@forgeplan/model'
import type { ScalarNode } from '../tree.ts'

/**
 * Where the piece `start` to `end` (UTF-16 offsets in the scalar's value) stands in the file. Exact for plain, quoted
 * and literal scalars; the whole scalar where the text was folded.
 */
export const placeIn = (node: ScalarNode, start: number, end: number): Span => {
  if (typeof node.value !== 'string' || node.style === 'computed') return node.span
  const source = node.text.slice(node.span.start, node.span.end)
  if (source === node.value) return { file: node.span.file, start: node.span.start + start, end: node.span.start + end }
  const offsets = node.style === 'literal' ? literalOffsets(source, node.value) : inlineOffsets(source, node)
  const from = offsets?.[start]
  const to = end > start ? offsets?.[end - 1] : from
  if (from === undefined || to === undefined) return node.span
  return { file: node.span.file, start: node.span.start + from, end: node.span.start + to + (end > start ? 1 : 0) }
}

type Offsets = readonly number[]

// For each unit of the value its offset in the source; undefined where the simple reading does not give the value.
const inlineOffsets = (source: string, node: ScalarNode): Offsets | undefined => {
  const value = node.value as string
  if (node.style !== 'single' && node.style !== 'double') return undefined
  const offsets: number[] = []
  let at = 1
  while (at < source.length - 1) {
    const width = unitWidth(source, at, node.style)
    if (width === undefined) return undefined
    offsets.push(at)
    at += width
  }
  offsets.push(at)
  return offsets.length === value.length + 1 ? offsets : undefined
}

// How many units of the source make one unit of the value.
const unitWidth = (source: string, at: number, style: 'single' | 'double'): number | undefined => {
  const unit = source[at]
  if (unit === '\n' || unit === '\r') return undefined
  if (style === 'single') return unit === "'" ? 2 : 1
  if (unit !== '\\') return 1
  const escape = source[at + 1] ?? ''
  if (escape === 'x') return 4
  if (escape === 'u') return 6
  return 'abefnrtv0"/\\N_LP \t'.includes(escape) ? 2 : undefined
}

// A literal block keeps its lines; only the indentation in front of each is taken away.
const literalOffsets = (source: string, value: string): Offsets | undefined => {
  const lines = source.split('\n')
  const offsets: number[] = []
  let lineStart = (lines[0]?.length ?? 0) + 1
  for (const [i, kept] of value.split('\n').entries()) {
    const line = (lines[i + 1] ?? '').replace(/\r$/, '')
    if (!line.endsWith(kept)) return undefined
    const indent = line.length - kept.length
    for (let unit = 0; unit <= kept.length; unit++) offsets.push(lineStart + indent + unit)
    lineStart += (lines[i + 1]?.length ?? 0) + 1
  }
  return offsets
}
