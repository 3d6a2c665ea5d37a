import type { Line } from './lines.ts'
import { blank, plainLine } from './lines.ts'
import { membersText, sameMembers } from './members.ts'
import type { Style } from './palette.ts'
import type { PlanView, RefusalView, RiskView, UnitView } from './view.ts'
import { padTo, textWidth } from './width.ts'
import type { ShownAction } from './words.ts'
import { actionOrder, actionWords, count } from './words.ts'

/** The first screen: what it is, what is dangerous, one line per unit. */
export const headLines = (view: PlanView): readonly Line[] => [
  headerLine(view),
  ...modeLines(view),
  ...view.refusals.flatMap(refusalLines),
  ...view.lifts.map(({ kind, detail }) => flagged('LIFTED', 'danger', `${kind}  ${detail}`)),
  // Lifts have lines of their own.
  ...riskLines(
    view.risks.filter(({ kind }) => kind !== 'lift'),
    riskLimit,
  ),
  ...warningLines(view),
  ...renamedLines(view),
  ...unitLines(view.units),
]

// Short, so that it fits into 80 columns with a stack's name of some length.
const headerLine = ({ header, totals, units }: PlanView): Line => {
  const parts = [
    ...(units.length === 0 ? [] : [`${count(units.length, 'unit')} to change`]),
    ...(totals.keep === 0 ? [] : [`${count(totals.keep, 'object')} kept`]),
  ]
  const left = `${header.stack}  plan ${header.shortId}  lineage ${header.lineage}`
  return { lead: left, style: 'bold', text: parts.length === 0 ? '' : `  ${parts.join(', ')}`, hang: 4 }
}

const modeLines = ({ header }: PlanView): readonly Line[] => [
  ...(header.mode === 'destroy' ? [flagged('DESTROY', 'danger', 'everything that this plan covers is taken down')] : []),
  ...(header.mode === 'refresh-only' ? [plainLine('  refresh only: apply records what was seen and changes no object')] : []),
  ...(header.revision === null
    ? []
    : [plainLine(`  back to revision ${header.revision}: what that run wanted, and not the present configuration`)]),
  ...(header.targets.length > 0 ? [plainLine(`  only ${header.targets.join(', ')} (--target): the rest is not planned`)] : []),
]

const flagged = (flag: string, style: Style, text: string): Line => ({ lead: `  ${padTo(flag, 9)}`, style, text, hang: 11 })

const where = (text: string): string => (text === '' ? '' : `  (${text})`)

const refusalLines = ({ kind, summary, remedy, where: at }: RefusalView): readonly Line[] => [
  flagged('REFUSED', 'danger', `${kind}  ${summary}${where(at)}`),
  flagged('', 'dim', `remedy: ${remedy}`),
]

const severityStyle: Readonly<Record<RiskView['severity'], Style>> = { high: 'danger', medium: 'warn', low: 'dim' }
const riskLimit = 20

/** Risks, worst first: at most `limit`, but every high one. */
export const riskLines = (risks: readonly RiskView[], limit: number): readonly Line[] => {
  const high = risks.filter((risk) => risk.severity === 'high')
  const shown = risks.slice(0, Math.max(limit, high.length))
  const lines = shown.map(({ severity, kind, summary, where: at }) =>
    flagged('RISK', severityStyle[severity], `${padTo(severity, 6)}  ${kind}  ${summary}${where(at)}`),
  )
  const left = risks.length - shown.length
  return left === 0 ? lines : [...lines, flagged('RISK', 'dim', `${left} more of medium or low severity: --verbose or --json shows them`)]
}

const warningLines = ({ warnings }: PlanView): readonly Line[] =>
  warnings.flatMap(({ severity, code, summary, detail, count: times }) => [
    flagged(
      severity === 'error' ? 'ERROR' : 'WARNING',
      severity === 'error' ? 'danger' : 'warn',
      `${summary} (${code})${times > 1 ? `, ${times} times, the first:` : ''}`,
    ),
    flagged('', 'dim', detail),
  ])

const renamedLines = ({ renamed }: PlanView): readonly Line[] =>
  renamed.map(({ from, to }) =>
    sameMembers(from, to)
      ? flagged('settings', 'info', `${membersText(to)}: the state takes over the settings and policy of the configuration`)
      : flagged('moved', 'info', `${membersText(from)} -> ${membersText(to)}`),
  )

const unitLines = (units: readonly UnitView[]): readonly Line[] => {
  const named = units.map((unit) => ({ unit, columns: [unit.unit as string, sizeText(unit), countsText(unit)] as const }))
  const widths = [0, 1, 2].map((at) =>
    Math.min(
      40,
      named.reduce((most, { columns }) => Math.max(most, textWidth(columns[at] ?? '')), 0),
    ),
  )
  return named.flatMap(({ unit, columns }) => {
    const row = columns.map((text, at) => padTo(text, widths[at] ?? 0)).join('  ')
    const { symbol, style } = actionWords[worstAction(unit)]
    const line: Line = { lead: `  ${padTo(symbol, 3)}  `, style, text: `${row}  ${reasonsText(unit.reasons)}`, hang: 9 }
    return [line, ...unit.gates.slice(0, 3).map((gate): Line => ({ lead: '       ', style: null, text: gate, hang: 9 }))]
  })
}

/** The action that a unit's line is marked with. */
export const worstAction = (unit: UnitView): ShownAction => unit.blocks[0]?.action ?? 'keep'

export const sizeText = ({ size }: UnitView): string =>
  size.before === size.after ? String(size.after) : `${size.before} -> ${size.after}`

/** @example '+2 -/+1' */
export const countsText = ({ counts }: UnitView): string =>
  actionOrder
    .filter((action) => action !== 'keep')
    .flatMap((action) => (counts[action] === undefined ? [] : [`${actionWords[action].symbol}${counts[action]}`]))
    .join(' ')

export const reasonsText = (reasons: readonly string[]): string =>
  reasons.length > 3 ? `${reasons.slice(0, 3).join('; ')}; and ${count(reasons.length - 3, 'more reason')}` : reasons.join('; ')

/** The symbols that occur, each once. */
export const legendLines = ({ units }: PlanView): readonly Line[] => {
  const used = new Set(units.flatMap((unit) => unit.blocks.map((block) => block.action)))
  const legends = new Map(
    actionOrder.filter((action) => action !== 'keep' && used.has(action)).map((action) => [actionWords[action].symbol, action]),
  )
  if (legends.size === 0) return []
  const lines = [...legends].map(([symbol, action]): Line => {
    const { style, legend } = actionWords[action]
    return { lead: `  ${padTo(symbol, 3)}  `, style, text: legend, hang: 9 }
  })
  return [blank, plainLine('Symbols:'), ...lines]
}
