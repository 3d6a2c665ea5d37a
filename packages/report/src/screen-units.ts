import { elapsedText } from './elapsed.ts'
import { escapeText } from './escape.ts'
import { shownGate, gatePlace } from './gate-name.ts'
import type { Glyphs } from './glyphs.ts'
import { spinnerAt } from './glyphs.ts'
import type { Progress } from './progress.ts'
import type { Canvas, Piece, ScreenRow } from './screen-row.ts'
import { column, piece, spaced } from './screen-row.ts'
import type { UnitPhase } from './screen-parts.ts'
import { listRows, phaseOf, shownUnits } from './screen-parts.ts'
import type { Style } from './palette.ts'
import type { UnitProgress } from './unit-progress.ts'
import { textWidth } from './width.ts'

/** One row per unit: what it is at, how far, for how long, and what it waits for. */
export const unitRows = (view: Progress, total: number, budget: number, canvas: Canvas): readonly ScreenRow[] => {
  const over = view.interrupted || view.ended !== null
  return listRows({ total, first: (limit) => shownUnits(view, limit) }, budget, {
    of: (units) => rowsOf(units, over, canvas),
    more: (count) => [piece(`  +${count} more ${count === 1 ? 'unit' : 'units'}`, 'dim')],
  })
}

const rowsOf = (units: readonly UnitProgress[], over: boolean, canvas: Canvas): readonly ScreenRow[] => {
  const most = (text: (unit: UnitProgress) => string): number => units.reduce((width, unit) => Math.max(width, textWidth(text(unit))), 0)
  const counts = most(countOf)
  const times = Math.max(
    3,
    most((unit) => timeOf(unit, canvas.now)),
  )
  const names = Math.min(
    most(({ unit }) => escapeText(unit)),
    nameRoom(canvas, counts + times),
  )
  const gap = isNarrow(canvas) ? ' ' : '  '
  return units.map((unit) => [
    piece(`${symbolOf(phaseOf(unit), canvas)} `, phaseStyle[phaseOf(unit)]),
    piece(column(escapeText(unit.unit), names, canvas.glyphs.cut)),
    ...barOf(unit, canvas),
    piece(`${gap}${countOf(unit).padStart(counts)}`),
    piece(`${gap}${timeOf(unit, canvas.now).padStart(times)}`, 'dim'),
    ...(canvas.width < 40 ? [] : [piece('  '), ...spaced(detailsOf(unit, over, canvas.now), ', ')]),
  ])
}

const isNarrow = ({ width }: Canvas): boolean => width < 60

// The name of a very narrow screen's unit takes what the numbers leave.
const nameRoom = ({ width }: Canvas, numbers: number): number => Math.max(6, width < 40 ? width - numbers - 4 : Math.floor(width * 0.3))

const phaseStyle: Readonly<Record<UnitPhase, Style>> = { failed: 'danger', running: 'info', gate: 'change', waiting: 'dim', done: 'add' }

const symbolOf = (phase: UnitPhase, { glyphs, now }: Canvas): string => {
  switch (phase) {
    case 'running':
      return spinnerAt(glyphs, now)
    case 'failed':
    case 'gate':
    case 'waiting':
    case 'done':
      return glyphs[phase]
    default:
      return phase satisfies never
  }
}

const countOf = ({ done, total }: UnitProgress): string => `${done}/${total}`

const timeOf = (unit: UnitProgress, now: number): string => {
  if (unit.startedAt === null) return ''
  const quiet = unit.running === 0 && unit.gate === null
  return elapsedText((quiet ? unit.lastAt : now) - unit.startedAt)
}

const barWidth = 20

const barOf = ({ done, failed, total }: UnitProgress, { width, glyphs }: Canvas): readonly Piece[] => {
  if (width < 110 || total === 0) return []
  const [full, bad] = parts(done, failed, total)
  const { bar }: Glyphs = glyphs
  return [
    piece(`  ${bar.done.repeat(full)}`, 'add'),
    piece(bar.failed.repeat(bad), 'danger'),
    piece(bar.rest.repeat(barWidth - full - bad), 'dim'),
  ]
}

const parts = (done: number, failed: number, total: number): readonly [number, number] => {
  const full = Math.floor((barWidth * done) / total)
  return [full, failed === 0 ? 0 : Math.min(barWidth - full, Math.max(1, Math.round((barWidth * failed) / total)))]
}

const gateText = (unit: UnitProgress, now: number): string => {
  const { gate } = unit
  if (gate === null) return phaseOf(unit) === 'gate' && unit.stop === null ? 'waiting for health' : ''
  const place = gatePlace(gate.step)
  return `waiting for health${place === null ? '' : ` ${place}`}: ${gate.healthy} of ${gate.need} [${elapsedText(now - gate.since)}]`
}

const stopPiece = ({ stop }: UnitProgress): Piece => {
  if (stop === null) return piece('')
  return stop.cause === 'unapproved' ? piece(`not approved: ${shownGate(stop.step)}`, 'warn') : piece('did not become healthy', 'danger')
}

const waveText = ({ wave, waves }: UnitProgress): string => (wave === 0 || waves < 2 ? '' : `wave ${wave} of ${waves}`)

// What has to be known first stands first: a narrow screen cuts the end.
const detailsOf = (unit: UnitProgress, over: boolean, now: number): readonly Piece[] => {
  const { running, retrying, failed, partial, gate } = unit
  const idle = Math.max(0, unit.total - unit.done - failed - partial - running)
  return [
    piece(failed > 0 ? `${failed} failed` : '', 'danger'),
    stopPiece(unit),
    piece(gate?.asks === true ? `waiting for approval of ${shownGate(gate.step)}` : '', 'warn'),
    piece(waveText(unit)),
    piece((over && gate === null) || gate?.asks === true ? '' : gateText(unit, now), 'change'),
    piece(running > 0 ? `${running} running` : ''),
    piece(retrying > 0 ? `${retrying} to retry` : '', 'warn'),
    piece(partial > 0 ? `${partial} begun and not finished` : '', 'warn'),
    piece(idle > 0 ? `${idle} ${over ? 'not started' : 'waiting'}` : '', 'dim'),
  ]
}
