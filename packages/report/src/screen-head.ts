import { elapsedText } from './elapsed.ts'
import { escapeText } from './escape.ts'
import type { Progress } from './progress.ts'
import type { Canvas, Piece, ScreenRow } from './screen-row.ts'
import { piece, spaced } from './screen-row.ts'
import type { Sums } from './screen-parts.ts'

/** What runs, for how long, and how far it is. */
export const headRows = (view: Progress, sums: Sums, canvas: Canvas): readonly ScreenRow[] => [
  spaced([piece(titleOf(view), 'bold'), piece(elapsedOf(view, canvas.now)), piece(planOf(view, canvas), 'dim')], '  '),
  spaced([...barOf(sums, canvas), ...countsOf(view, sums)], '  '),
]

const titleOf = ({ plan, interrupted, ended }: Progress): string => `${titleVerb(plan.mode, interrupted, ended)} ${escapeText(plan.stack)}`

const titleVerb = (mode: Progress['plan']['mode'], interrupted: boolean, ended: Progress['ended']): string => {
  if (ended !== null && ended.result !== 'done') return ended.result === 'interrupted' ? 'Interrupted' : 'Stopped'
  if (interrupted && ended === null) return 'Ending'
  switch (mode) {
    case 'normal':
      return ended === null ? 'Applying' : 'Applied'
    case 'destroy':
      return ended === null ? 'Destroying' : 'Destroyed'
    case 'refresh-only':
      return ended === null ? 'Refreshing' : 'Refreshed'
    default:
      return mode satisfies never
  }
}

const elapsedOf = ({ startedAt, ended }: Progress, now: number): string =>
  elapsedText(ended?.elapsedMs ?? (startedAt === null ? 0 : now - startedAt))

const planOf = ({ plan }: Progress, { width }: Canvas): string => (width < 40 ? '' : `plan ${escapeText(plan.id).slice(0, 8)}`)

const barOf = ({ total, done, failed }: Sums, { width, glyphs: { bar } }: Canvas): readonly Piece[] => {
  const room = Math.min(50, Math.floor(width / 5))
  if (room < 8 || total === 0) return []
  const doneWidth = Math.floor((room * done) / total)
  // A failure is never too small to be seen.
  const failedWidth = failed === 0 ? 0 : Math.min(room - doneWidth, Math.max(1, Math.round((room * failed) / total)))
  return [
    {
      text: bar.done.repeat(doneWidth) + bar.failed.repeat(failedWidth) + bar.rest.repeat(room - doneWidth - failedWidth),
      style: failed > 0 ? 'danger' : 'add',
    },
  ]
}

const countsOf = ({ doneBefore }: Progress, sums: Sums): readonly Piece[] => [
  piece(sums.total === 0 ? 'no objects to touch' : `${sums.done}/${sums.total} done`),
  piece(sums.failed > 0 ? `${sums.failed} failed` : '', 'danger'),
  piece(sums.running > 0 ? `${sums.running} running` : ''),
  piece(sums.retrying > 0 ? `${sums.retrying} to retry` : '', 'warn'),
  piece(sums.gates > 0 ? `${sums.gates} ${sums.gates === 1 ? 'gate' : 'gates'} waiting` : '', 'change'),
  piece(sums.asking > 0 ? `${sums.asking} to approve` : '', 'warn'),
  piece(doneBefore > 0 ? `${doneBefore} steps done before` : '', 'dim'),
]
