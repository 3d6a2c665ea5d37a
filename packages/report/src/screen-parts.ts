import { clip, escapeText } from './escape.ts'
import type { Progress } from './progress.ts'
import type { RunningStep } from './running.ts'
import type { ScreenRow } from './screen-row.ts'
import type { UnitProgress } from './unit-progress.ts'

/** The sums of all units. */
export interface Sums {
  readonly units: number
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly running: number
  readonly retrying: number
  /** Units that wait for health, and those that wait for a person. */
  readonly gates: number
  readonly asking: number
}

export const sumUnits = ({ units }: Progress): Sums => {
  const sums = { units: 0, total: 0, done: 0, failed: 0, running: 0, retrying: 0, gates: 0, asking: 0 }
  for (const chunk of units)
    for (const unit of chunk) {
      sums.units += 1
      sums.total += unit.total
      sums.done += unit.done
      sums.failed += unit.failed
      sums.running += unit.running
      sums.retrying += unit.retrying
      sums.gates += unit.gate?.asks === false ? 1 : 0
      sums.asking += unit.gate?.asks === true ? 1 : 0
    }
  return sums
}

/** The first `limit` steps at work, in the order of the plan: a row keeps its place while it lives. */
export const firstRunning = ({ running }: Progress, limit: number): readonly RunningStep[] => {
  const found: RunningStep[] = []
  for (const chunk of running)
    for (const step of chunk) {
      if (found.length >= limit) return found
      if (step !== null) found.push(step)
    }
  return found
}

/** What one unit is at. */
export type UnitPhase = 'failed' | 'running' | 'gate' | 'waiting' | 'done'

export const phaseOf = (unit: UnitProgress): UnitPhase => {
  if (unit.running > 0) return 'running'
  if (unit.failed > 0 || (unit.stop !== null && unit.stop.cause !== 'unapproved')) return 'failed'
  if (unit.gate !== null || unit.stop !== null) return 'gate'
  if (unit.done < unit.total) return 'waiting'
  return unit.gatesLeft > 0 ? 'gate' : 'done'
}

const phases: readonly UnitPhase[] = ['failed', 'running', 'gate', 'waiting', 'done']

/** At most `limit` units: all of them in their own order, or else those that need to be looked at before the others. Linear. */
export const shownUnits = ({ units }: Progress, limit: number): readonly UnitProgress[] => {
  const all = units.flat()
  if (all.length <= limit) return all
  const byPhase = new Map<UnitPhase, UnitProgress[]>(phases.map((phase) => [phase, []]))
  for (const unit of all) {
    const same = byPhase.get(unit.failed > 0 ? 'failed' : phaseOf(unit))
    if (same !== undefined && same.length < limit) same.push(unit)
  }
  return phases.flatMap((phase) => byPhase.get(phase) ?? []).slice(0, limit)
}

const wordLimit = 300

/** A text from outside in one safe line; it is cut to the screen later, so that its end need not be escaped. */
export const word = (text: string): string => escapeText(text.length > wordLimit ? clip(text, wordLimit) : text)

/** Rows of a list within a budget: all, or fewer and one row that tells how many more there are. */
export const listRows = <T>(
  list: { readonly total: number; first(limit: number): readonly T[] },
  budget: number,
  rows: { of(items: readonly T[]): readonly ScreenRow[]; more(count: number): ScreenRow },
): readonly ScreenRow[] => {
  if (budget < 1 || list.total === 0) return []
  const shown = list.total <= budget ? list.total : Math.max(1, budget - 1)
  const all = rows.of(list.first(shown))
  return shown === list.total || all.length >= budget ? all : [...all, rows.more(list.total - shown)]
}
