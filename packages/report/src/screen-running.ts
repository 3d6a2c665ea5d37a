import { elapsedText } from './elapsed.ts'
import { escapeText } from './escape.ts'
import { spinnerAt } from './glyphs.ts'
import type { Progress } from './progress.ts'
import type { RunningStep } from './running.ts'
import type { Canvas, Piece, ScreenRow } from './screen-row.ts'
import { column, piece } from './screen-row.ts'
import { firstRunning, listRows, word } from './screen-parts.ts'
import { stepWords } from './step-words.ts'
import { padTo, textWidth } from './width.ts'

/** One row per step at work: what is done to which object, for how long, and the provider's last word. */
export const runningRows = (view: Progress, total: number, budget: number, canvas: Canvas): readonly ScreenRow[] =>
  listRows({ total, first: (limit) => firstRunning(view, limit) }, budget, {
    of: (steps) => rowsOf(steps, canvas),
    more: (count) => [piece(`  +${count} more at work`, 'dim')],
  })

const rowsOf = (steps: readonly RunningStep[], canvas: Canvas): readonly ScreenRow[] => {
  const most = (text: (step: RunningStep) => string): number => steps.reduce((width, step) => Math.max(width, textWidth(text(step))), 0)
  const names = Math.min(
    most(({ address }) => escapeText(address)),
    nameRoom(canvas),
  )
  const verbs = most(verbOf)
  const times = Math.max(
    3,
    most((step) => timeOf(step, canvas.now)),
  )
  return steps.map((step) => [
    symbolOf(step, canvas),
    piece(`${column(escapeText(step.address), names, canvas.glyphs.cut)}  `),
    ...(canvas.width < 40 ? [] : [piece(`${padTo(verbOf(step), verbs)}  `)]),
    piece(`${timeOf(step, canvas.now).padStart(times)}  `, 'dim'),
    wordOf(step, canvas.now),
  ])
}

// On a very narrow screen the name is all there is room for.
const nameRoom = ({ width }: Canvas): number => Math.max(8, width < 40 ? width - 9 : Math.floor(width * 0.3))

const symbolOf = ({ retry }: RunningStep, { glyphs, now }: Canvas): Piece =>
  retry === null ? piece(`${spinnerAt(glyphs, now)} `, 'info') : piece(`${glyphs.retry} `, 'warn')

const verbOf = ({ verb }: RunningStep): string => stepWords[verb].doing.toLowerCase()

const timeOf = ({ startedAt }: RunningStep, now: number): string => elapsedText(now - startedAt)

const wordOf = ({ message, retry }: RunningStep, now: number): Piece => {
  if (retry === null) return piece(message === null ? '' : word(message), 'dim')
  const left = retry.until - now
  const when = left > 0 ? `again in ${elapsedText(Math.max(1000, left))}` : `attempt ${retry.attempt + 1}`
  return piece(`${when}: ${word(retry.failure.message)} (${retry.failure.kind})`, 'warn')
}
