import { escapeText } from './escape.ts'
import type { GlyphSet } from './glyphs.ts'
import { glyphs } from './glyphs.ts'
import type { ErrorCount, Progress } from './progress.ts'
import { headRows } from './screen-head.ts'
import type { Canvas, ScreenRow } from './screen-row.ts'
import { cutRow, piece } from './screen-row.ts'
import type { Sums } from './screen-parts.ts'
import { listRows, sumUnits, word } from './screen-parts.ts'
import { runningRows } from './screen-running.ts'
import { unitRows } from './screen-units.ts'
import { count } from './words.ts'

export interface ScreenOptions {
  /** Columns. */
  readonly width: number
  /** Rows; the screen has at most so many. */
  readonly height: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly glyphs: GlyphSet
  /** Whether running calls are being cut off. */
  readonly aborting: boolean
}

/**
 * A run as it looks now: head, units, steps at work, failures, what an interrupt does. Its work is bounded by the
 * screen, save for one look at each unit and each step. After the end only what the report does not say is left.
 */
export const screen = (view: Progress, options: ScreenOptions): readonly ScreenRow[] => {
  const canvas: Canvas = { ...options, glyphs: glyphs[options.glyphs] }
  const sums = sumUnits(view)
  const head = headRows(view, sums, canvas)
  const foot = footRows(view, sums, options)
  const body = bodyRows(view, sums, { ...canvas, height: options.height - head.length - foot.length })
  const rows = [...head, ...body, ...foot].slice(0, Math.max(1, options.height))
  return rows.map((row) => cutRow(row, options.width, canvas.glyphs.cut))
}

const bodyRows = (view: Progress, sums: Sums, canvas: Canvas): readonly ScreenRow[] => {
  if (view.ended !== null) return view.ended.result === 'done' ? apart([unitRows(view, sums.units, canvas.height - 1, canvas)]) : []
  // Four empty rows, where there are rows to give away.
  const airy = canvas.height >= 11
  const room = Math.max(0, canvas.height - (airy ? 4 : 0))
  const errors = Math.min(view.errors.size, Math.max(1, Math.floor(room / 4)))
  const left = room - errors
  const units = Math.min(sums.units, Math.max(left - sums.running, Math.ceil(left / 2)))
  const sections = [
    unitRows(view, sums.units, units, canvas),
    runningRows(view, sums.running, left - units, canvas),
    errorRows(view, errors, canvas),
    [],
  ]
  return airy ? apart(sections) : sections.flat()
}

/** An empty row before each section that has rows, and before what follows an empty last one. */
const apart = (sections: readonly (readonly ScreenRow[])[]): readonly ScreenRow[] =>
  sections.flatMap((rows, at) => (rows.length === 0 && at < sections.length - 1 ? [] : [[], ...rows]))

const errorRows = (view: Progress, budget: number, { glyphs: { failed } }: Canvas): readonly ScreenRow[] => {
  const all = [...view.errors.values()]
  return listRows({ total: all.length, first: (limit) => all.slice(0, limit) }, budget, {
    of: (errors) => errors.map((error) => errorRow(error, failed)),
    more: (more) => [piece(`  +${more + view.moreErrors} other failures`, 'danger')],
  })
}

const errorRow = ({ address, kind, message, count: times }: ErrorCount, symbol: string): ScreenRow => [
  piece(`${symbol} `, 'danger'),
  piece(escapeText(address), 'bold'),
  piece(times > 1 ? ` and ${times - 1} more` : ''),
  piece(`  ${word(message)} (${kind})`, 'danger'),
]

const footRows = (view: Progress, { running }: Sums, { aborting, width }: ScreenOptions): readonly ScreenRow[] => {
  if (view.ended !== null) return []
  if (aborting) return [[piece(`Cutting off ${count(running, 'call')}. What was begun is written down.`, 'danger')]]
  const interrupted = width < 60 ? '' : 'Interrupted, nothing new is started. '
  if (view.interrupted) return [[piece(`${interrupted}Finishing ${count(running, 'call')}; Ctrl-C again: abort`, 'warn')]]
  return [[piece('Ctrl-C: finish what runs and stop', 'dim')]]
}
