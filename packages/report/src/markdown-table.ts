import type { UnitName } from '@forgeplan/model'
import { compareText } from '@forgeplan/model'
import { clip } from './escape.ts'
import type { Cut } from './markdown-cut.ts'
import { codeText, proseText } from './markdown-escape.ts'
import { countsText, reasonsText, sizeText } from './text-head.ts'
import type { Level, PlanView, UnitView } from './view.ts'

export const levelMark: Readonly<Record<Level, string>> = { high: '\u{1F534}', medium: '\u{1F7E1}', low: '\u{1F7E2}' }
const levelRank: Readonly<Record<Level, number>> = { high: 0, medium: 1, low: 2 }

/** Units worst first, then by name. */
export const byLevel = (units: readonly UnitView[]): readonly UnitView[] =>
  units.toSorted((a, b) => levelRank[a.level] - levelRank[b.level])

interface Row {
  readonly level: Level
  readonly units: readonly UnitName[]
  readonly size: string
  readonly change: string
  readonly why: string
  readonly gate: string
}

/** One row per unit, or per kind of change where the cut asks for it. */
export const tableLines = (view: PlanView, cut: Cut): readonly string[] => {
  if (view.units.length === 0) return []
  const low = cut.mergeLow ? view.units.filter((unit) => unit.level === 'low') : []
  const rows = byLevel(view.units)
    .filter((unit) => !(cut.mergeLow && unit.level === 'low'))
    .map((unit) => rowOf(unit, cut))
  const folded = cut.mergeAlike ? foldRows(rows) : rows
  const shown = folded.slice(0, cut.items)
  return [
    '',
    '| | unit | size | change | why | waits |',
    '|:-:|---|--:|---|---|---|',
    ...shown.map((row) => rowText(row, cut)),
    ...(folded.length > shown.length ? [restRow(folded.slice(cut.items))] : []),
    ...(low.length > 0 ? [lowRow(low)] : []),
    ...(view.untouchedUnits > 0 ? [`| | ${view.untouchedUnits} other unit${view.untouchedUnits === 1 ? '' : 's'} | | none | | |`] : []),
  ]
}

const rowOf = (unit: UnitView, cut: Cut): Row => ({
  level: unit.level,
  units: [unit.unit],
  size: sizeText(unit),
  change: countsText(unit),
  why: clip(reasonsText(unit.reasons), cut.text),
  gate: clip([unit.roll ?? [], unit.gates.slice(0, 3)].flat().join('; '), cut.text),
})

const foldRows = (rows: readonly Row[]): readonly Row[] => {
  const folded = new Map<string, { readonly row: Row; readonly units: UnitName[] }>()
  for (const row of rows) {
    const key = [row.level, row.size, row.change, row.why, row.gate].join('\n')
    const same = folded.get(key)
    if (same === undefined) folded.set(key, { row, units: [...row.units] })
    else same.units.push(...row.units)
  }
  return [...folded.values()].map(({ row, units }) => ({ ...row, units }))
}

const rowText = ({ level, units, size, change, why, gate }: Row, cut: Cut): string => {
  const named = units.slice(0, Math.max(1, cut.ranges)).map(codeText).join(', ')
  const name = units.length > cut.ranges && units.length > 1 ? `${named} and ${units.length - Math.max(1, cut.ranges)} more` : named
  return `| ${[levelMark[level], name, size, codeText(change), proseText(why), gate].join(' | ')} |`
}

const sum = (units: readonly UnitView[]): string => {
  const counts = new Map<string, number>()
  for (const unit of units) for (const part of countsText(unit).split(' ')) add(counts, part)
  return [...counts]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([symbol, amount]) => `${symbol}${amount}`)
    .join(' ')
}

const add = (counts: Map<string, number>, part: string): void => {
  const [, symbol = '', amount = '0'] = /^(\D*)(\d+)$/.exec(part) ?? []
  counts.set(symbol, (counts.get(symbol) ?? 0) + Number(amount))
}

const lowRow = (units: readonly UnitView[]): string =>
  `| ${levelMark.low} | ${units.length} units of low risk | | ${codeText(sum(units))} | | |`

const restRow = (rows: readonly Row[]): string => {
  const [worst] = rows
  const units = rows.reduce((total, row) => total + row.units.length, 0)
  return `| ${levelMark[worst?.level ?? 'low']} | ${units} more units | | | | |`
}
