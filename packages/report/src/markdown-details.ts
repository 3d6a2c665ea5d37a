import { clip } from './escape.ts'
import type { DiffLine } from './line-diff.ts'
import type { Cut } from './markdown-cut.ts'
import { fenced, htmlCode } from './markdown-escape.ts'
import { byLevel, levelMark } from './markdown-table.ts'
import { membersText } from './members.ts'
import { countsText } from './text-head.ts'
import type { BlockView, FieldView, PlanView, UnitView } from './view.ts'
import { actionWords, count } from './words.ts'

/** One collapsed section per unit; inside it the symbol stands in column 0, where GitHub colours by it. Lazy: the reader may stop. */
export function* detailLines(view: PlanView, cut: Cut): Generator<string> {
  if (cut.details.length === 0) return
  for (const unit of byLevel(view.units)) if (cut.details.includes(unit.level)) yield* unitDetails(unit, cut)
}

const unitDetails = (unit: UnitView, cut: Cut): readonly string[] => {
  const shown = unit.blocks.slice(0, cut.items)
  const left = unit.blocks.length - shown.length
  const lines = shown.flatMap((block) => blockText(block, unit, cut))
  return [
    '',
    `<details><summary>${levelMark[unit.level]} ${htmlCode(unit.unit)} ${htmlCode(countsText(unit))}</summary>`,
    '',
    ...fenced('diff', left === 0 ? lines : [...lines, `# ${count(left, 'more distinct change')}`]),
    '',
    '</details>',
  ]
}

/** `~` has no colour on GitHub; `!` is orange. */
const column: Readonly<Record<BlockView['action'], string>> = {
  create: '+',
  update: '!',
  restart: '!',
  replace: '!',
  succeed: '!',
  delete: '-',
  release: '#',
  forget: '#',
  import: '+',
}

const blockText = (block: BlockView, unit: UnitView, cut: Cut): readonly string[] => {
  const symbol = column[block.action]
  const label = membersText(block.members, { limit: cut.ranges, separator: ',' })
  const amount = block.count > 1 ? ` [${block.count}]` : ''
  const notes = block.notes.map((note) => ` (${note})`).join('')
  const next = block.successors === null ? '' : ` (${membersText(block.successors, { limit: cut.ranges, separator: ',' })})`
  const title = clip(`${label}${amount} ${actionWords[block.action].will}${next}: ${block.reason}${notes}`, Math.max(cut.text, 200))
  if (block.fields.length === 0) return [`${symbol} ${title}`]
  const fields = cut.fields.includes(unit.level) ? block.fields.flatMap((field) => fieldText(field, symbol, cut)) : [named(block, symbol)]
  return [`@@ ${title} @@`, ...fields]
}

const named = (block: BlockView, symbol: string): string => {
  const names = [...new Set(block.fields.map((field) => field.name))]
  return clip(`${symbol} ${count(names.length, 'field')}: ${names.join(', ')}`, 200)
}

const fieldText = (field: FieldView, symbol: string, cut: Cut): readonly string[] => {
  const line = (text: string, notes: readonly string[]): string => [`${symbol} ${field.name}: ${text}`, ...notes].join('  ')
  switch (field.kind) {
    case 'set':
      return [line(field.value, [])]
    case 'change':
      return [line(`${field.before} -> ${field.after}`, field.notes)]
    case 'note':
      return [line(field.value, field.notes)]
    case 'text':
      return [line(field.summary, field.notes), ...(cut.diffs ? (field.diff ?? []).map(diffText) : [])]
    default:
      return field satisfies never
  }
}

const diffText = (line: DiffLine): string => {
  switch (line.kind) {
    case 'same':
      return `  ${line.text}`
    case 'out':
      return `- ${line.text}`
    case 'in':
      return `+ ${line.text}`
    case 'gap':
      return `@@ ${count(line.lines, 'unchanged line')} @@`
    default:
      return line satisfies never
  }
}
