import type { DiffLine } from './line-diff.ts'
import type { Line } from './lines.ts'
import { blank } from './lines.ts'
import { allRanges, briefRanges, membersText } from './members.ts'
import type { Style } from './palette.ts'
import type { BlockView, FieldView, UnitView } from './view.ts'
import { padTo, textWidth } from './width.ts'
import { actionWords, count } from './words.ts'

// Lines of one text difference, and blocks of one unit, before `--verbose` is needed.
const diffLines = 40
const blockLimit = 25

/** What changes in a unit, one block per distinct change. A block whose unit line has said everything is left out. */
export const blockLines = (unit: UnitView, verbose: boolean): readonly Line[] => {
  const telling = unit.blocks.filter((block) => verbose || unit.blocks.length > 1 || block.fields.length > 0 || block.notes.length > 0)
  const shown = verbose ? telling : telling.slice(0, blockLimit)
  const left = telling.length - shown.length
  const lines = shown.flatMap((block) => [blank, ...oneBlock(block, verbose)])
  return left === 0 ? lines : [...lines, blank, dim(`  # ${unit.unit}: ${count(left, 'more distinct change')}; --verbose shows them`)]
}

const dim = (text: string): Line => ({ lead: '', style: 'dim', text, hang: 4 })

const oneBlock = (block: BlockView, verbose: boolean): readonly Line[] => {
  const { symbol, style, will } = actionWords[block.action]
  const label = membersText(block.members, verbose ? allRanges : briefRanges)
  const notes = block.notes.map((note) => ` (${note})`).join('')
  const amount = block.count > 1 ? ` [${block.count}]` : ''
  const names =
    Math.min(
      30,
      block.fields.reduce((most, field) => Math.max(most, textWidth(field.name)), 0),
    ) + 1
  return [
    { lead: `  # ${label}`, style: 'bold', text: `${amount} ${will}${successorText(block, verbose)}: ${block.reason}${notes}`, hang: 6 },
    ...(block.fields.length === 0 ? [] : [{ lead: `  ${padTo(symbol, 3)} `, style, text: block.type, hang: 8 }]),
    ...block.fields.flatMap((field) => fieldLines(field, names, style, verbose)),
  ]
}

const successorText = ({ successors }: BlockView, verbose: boolean): string =>
  successors === null ? '' : ` (${membersText(successors, verbose ? allRanges : briefRanges)})`

const fieldLines = (field: FieldView, names: number, style: Style | null, verbose: boolean): readonly Line[] => {
  const line = (text: string, notes: readonly string[]): Line => ({
    lead: `        ${padTo(`${field.name}:`, names)} `,
    style: null,
    text: [text, ...notes].join('  '),
    hang: 12,
  })
  switch (field.kind) {
    case 'set':
      return [{ ...line(field.value, []), style }]
    case 'change':
      return [line(`${field.before} -> ${field.after}`, field.notes)]
    case 'note':
      return [line(field.value, field.notes)]
    case 'text':
      return [line(field.summary, field.notes), ...diffText(field.diff ?? [], verbose)]
    default:
      return field satisfies never
  }
}

const diffText = (diff: readonly DiffLine[], verbose: boolean): readonly Line[] => {
  const shown = verbose ? diff : diff.slice(0, diffLines)
  const left = diff.length - shown.length
  return [...shown.map(diffLine), ...(left === 0 ? [] : [dim(`            ... ${count(left, 'more line')}; --verbose shows them`)])]
}

const diffLine = (line: DiffLine): Line => {
  switch (line.kind) {
    case 'same':
      return { lead: '            ', style: 'dim', text: line.text, hang: 14 }
    case 'out':
      return { lead: '          - ', style: 'destroy', text: line.text, hang: 14 }
    case 'in':
      return { lead: '          + ', style: 'add', text: line.text, hang: 14 }
    case 'gap':
      return dim(`            ... ${count(line.lines, 'unchanged line')}`)
    default:
      return line satisfies never
  }
}
