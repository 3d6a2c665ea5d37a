import { approveCommand } from './command.ts'
import type { Line } from './lines.ts'
import { blank, plainLine } from './lines.ts'
import { allRanges, briefRanges } from './members.ts'
import type { WaveRow } from './roll-rows.ts'
import { rowLimit, waveRows } from './roll-rows.ts'
import type { RollView } from './roll-view.ts'
import { isTelling } from './roll-view.ts'
import { aliveText, askText, drainText, gateTexts, namesText, numbersText, quorumText, rowNotes, workText } from './roll-words.ts'
import type { PlanView } from './view.ts'
import { padTo, textWidth } from './width.ts'
import { count } from './words.ts'

// Rolls of so many units are written out before `--verbose` is needed.
const rollLimit = 20

/** Who goes when, how many stay alive, what is waited for, who is asked, and the way back. */
export const rollLines = (view: PlanView, verbose: boolean): readonly Line[] => {
  const { undo } = view
  const rolls = view.rolls.filter(isTelling)
  if (rolls.length === 0) return []
  const shown = verbose ? rolls : rolls.slice(0, rollLimit)
  const left = rolls.length - shown.length
  return [
    blank,
    plainLine('Rolls:'),
    ...shown.flatMap((roll) => oneRoll(roll, view.header, verbose)),
    ...(left === 0 ? [] : [dim(`  ${count(left, 'more roll')}; --verbose shows them`)]),
    ...(undo === null ? [] : [{ lead: `  To undo it afterwards: ${undo}`, style: null, text: '', hang: 4 }]),
  ]
}

const dim = (text: string): Line => ({ lead: '', style: 'dim', text, hang: 8 })

const oneRoll = (roll: RollView, header: PlanView['header'], verbose: boolean): readonly Line[] => {
  const rows = waveRows(roll.waves, verbose)
  const shown = verbose ? rows : rows.slice(0, rowLimit)
  const left = rows.slice(shown.length)
  const numbers = shown.reduce((most, row) => Math.max(most, numbersText(row).length), 0)
  const names = shown.reduce((most, row) => Math.max(most, textWidth(goesText(row, verbose))), 0)
  return [
    { lead: `  ${roll.unit}`, style: 'bold', text: `  ${workText(roll)}`, hang: 6 },
    ...keptLines(roll),
    ...shown.flatMap((row) => rowLines(row, roll, { numbers, names: Math.min(48, names), verbose })),
    ...(left.length === 0 ? [] : [{ ...plainLine(`      ${leftText(left)}; --verbose shows them`), hang: 8 }]),
    ...[...gateTexts(roll), drainText(roll)].flatMap((text) => (text === null ? [] : [{ ...plainLine(`    ${text}.`), hang: 6 }])),
    // A command is not wrapped, so that it can be copied.
    ...roll.asks.map((name): Line => ({
      lead: `    To agree beforehand: ${approveCommand(header, name)}`,
      style: null,
      text: '',
      hang: 6,
    })),
  ]
}

const leftText = (rows: readonly WaveRow[]): string => {
  const waves = rows.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  return `${count(waves, 'more wave')} with ${namesText(
    rows.flatMap(({ members }) => members),
    { limit: 4, separator: ',' },
  )}`
}

const keptLines = (roll: RollView): readonly Line[] => {
  const quorum = quorumText(roll)
  const kept = roll.quorum === null || roll.quorum.state === 'kept'
  const alive = aliveText(roll)
  if (kept) return [{ ...plainLine(`    ${alive}${quorum === '' ? '' : ` (${quorum})`}`), hang: 6 }]
  return [{ lead: `    ${quorum}`, style: 'danger', text: `: ${alive}`, hang: 6 }]
}

interface Widths {
  readonly numbers: number
  readonly names: number
  readonly verbose: boolean
}

const rowLines = (row: WaveRow, roll: RollView, { numbers, names, verbose }: Widths): readonly Line[] => {
  const goes = goesText(row, verbose)
  const notes = rowNotes(row, roll).join(', ')
  const { asks } = row.sample
  const lead = `      ${numbersText(row).padStart(numbers)}  `
  return [
    { lead, style: 'dim', text: notes === '' ? goes : `${padTo(goes, names)}  ${notes}`, hang: lead.length },
    ...(asks === null ? [] : [askLine(lead.length, `${askText(row)}: `, asks)]),
  ]
}

const askLine = (indent: number, words: string, name: string): Line => ({
  lead: `${' '.repeat(indent)}${words}`,
  style: 'warn',
  text: name,
  hang: indent + 2,
})

const goesText = ({ members, successors }: WaveRow, verbose: boolean): string => {
  const ranges = verbose ? allRanges : briefRanges
  const goes = namesText(members, ranges)
  if (successors.length === 0) return goes
  return `${namesText(successors, ranges)} ${successors.length === 1 ? 'comes' : 'come'}, then ${goes} ${members.length === 1 ? 'goes' : 'go'}`
}
