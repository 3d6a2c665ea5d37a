import { approveCommand } from './command.ts'
import { clip } from './escape.ts'
import type { Cut } from './markdown-cut.ts'
import { codeText, htmlCode, proseText } from './markdown-escape.ts'
import type { WaveRow } from './roll-rows.ts'
import { rowLimit, waveRows } from './roll-rows.ts'
import type { RollView } from './roll-view.ts'
import { isTelling } from './roll-view.ts'
import { aliveText, askText, drainText, gateTexts, namesText, numbersText, quorumText, rowNotes, workText } from './roll-words.ts'
import type { PlanView } from './view.ts'
import { count } from './words.ts'

// So many tables stand open; of more only the first lines do.
const openLimit = 3

/** A table per roll: who goes when, how many stay alive, what is waited for, and who is asked. Lazy: the reader may stop. */
export function* rollTables(view: PlanView, cut: Cut): Generator<string> {
  const rolls = view.rolls.filter(isTelling)
  const shown = rolls.slice(0, cut.items)
  if (shown.length === 0) return
  yield* ['', `#### Rolls`]
  const open = shown.length <= openLimit
  for (const roll of shown)
    yield* cut.details.length === 0 ? headOnly(roll, cut) : open ? openRoll(roll, view.header, cut) : foldedRoll(roll, view.header, cut)
  if (rolls.length > shown.length) yield* ['', `${count(rolls.length - shown.length, 'more roll')}.`]
  if (view.undo !== null) yield* ['', `To undo it afterwards: ${codeText(clip(view.undo, 300))}`]
}

const headOnly = (roll: RollView, cut: Cut): readonly string[] => ['', `- ${headText(roll)}${askedText(roll, cut)}`]

const openRoll = (roll: RollView, header: PlanView['header'], cut: Cut): readonly string[] => [
  '',
  headText(roll),
  ...tableLines(roll, header, cut),
]

const foldedRoll = (roll: RollView, header: PlanView['header'], cut: Cut): readonly string[] => [
  '',
  `<details><summary>${htmlCode(roll.unit)} ${titleText(roll)}</summary>`,
  ...tableLines(roll, header, cut),
  '',
  '</details>',
]

const headText = (roll: RollView): string => `**${codeText(roll.unit)}** ${titleText(roll)}`

// Forge's own words and numbers: nothing in them comes from outside.
const titleText = (roll: RollView): string => `${workText(roll)}: ${aliveText(roll)}${quorumMark(roll)}`

const quorumMark = (roll: RollView): string => {
  const text = quorumText(roll)
  if (text === '') return ''
  return roll.quorum?.state === 'kept' ? ` (${text})` : ` \u{1F534} ${text}`
}

const askedText = ({ asks }: RollView, cut: Cut): string => (asks.length === 0 ? '' : `; asks ${askNames(asks, cut)}`)

const askNames = (asks: readonly string[], cut: Cut): string =>
  asks
    .slice(0, 3)
    .map((name) => codeText(clip(name, Math.max(100, cut.text))))
    .join(', ')

const tableLines = (roll: RollView, header: PlanView['header'], cut: Cut): readonly string[] => {
  const rows = waveRows(roll.waves, false)
  const shown = rows.slice(0, Math.min(rowLimit, cut.items))
  const left = rows.slice(shown.length).reduce((sum, { from, to }) => sum + to - from + 1, 0)
  const surges = roll.waves.some(({ successors }) => successors.length > 0)
  return [
    ...(shown.length === 0 ? [] : ['', ...titleCells(surges), ...shown.map((row) => rowText(row, { roll, cut, surges }))]),
    ...(left === 0 ? [] : [`| | ${count(left, 'more wave')} |${surges ? ' |' : ''} |`]),
    '',
    ...[...gateTexts(roll), drainText(roll)].flatMap((text) => (text === null ? [] : [`${text}.`])),
    ...roll.asks.slice(0, 3).flatMap((name) => ['', `To agree beforehand: ${codeText(clip(approveCommand(header, name), 300))}`]),
  ]
}

const titleCells = (surges: boolean): readonly string[] =>
  surges ? ['| wave | comes | then goes | |', '|--:|---|---|---|'] : ['| wave | goes | |', '|--:|---|---|']

interface Table {
  readonly roll: RollView
  readonly cut: Cut
  readonly surges: boolean
}

const rowText = (row: WaveRow, { roll, cut, surges }: Table): string => {
  const ranges = { limit: cut.ranges, separator: ',' }
  const goes = codeText(clip(namesText(row.members, ranges), Math.max(200, cut.text)))
  const comes = row.successors.length === 0 ? '' : codeText(clip(namesText(row.successors, ranges), Math.max(200, cut.text)))
  const asked = row.sample.asks === null ? [] : [`**${proseText(askText(row))}**: ${askNames([row.sample.asks], cut)}`]
  const notes = [...rowNotes(row, roll).map(proseText), ...asked].join('; ')
  return `| ${[numbersText(row), ...(surges ? [comes] : []), goes, notes].join(' | ')} |`
}
