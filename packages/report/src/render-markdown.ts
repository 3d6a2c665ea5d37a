import { planCommandOf } from './command.ts'
import { clip } from './escape.ts'
import type { Cut } from './markdown-cut.ts'
import { cuts } from './markdown-cut.ts'
import { detailLines } from './markdown-details.ts'
import { codeText, fenced, proseText } from './markdown-escape.ts'
import { rollTables } from './markdown-rolls.ts'
import { levelMark, tableLines } from './markdown-table.ts'
import { membersText, sameMembers } from './members.ts'
import { summaryLine } from './summary-line.ts'
import { worse } from './unit-views.ts'
import { hasErrors, refusalExit } from './verdict.ts'
import type { Level, PlanView, RiskView } from './view.ts'
import { count } from './words.ts'

/** GitHub takes 65,536 characters for a comment. */
const defaultBudget = 60_000

/** A plan for a pull request, at most `budget` characters (UTF-16); what is cut is said and is never what is dangerous. */
export const renderMarkdown = (view: PlanView, options: { readonly budget?: number } = {}): string => {
  const budget = options.budget ?? defaultBudget
  for (const [at, cut] of cuts.entries()) {
    const text = within(renderCut(view, cut, at > 0), at === cuts.length - 1 ? Number.POSITIVE_INFINITY : budget)
    if (text !== null) return text
  }
  return ''
}

/** The lines as one text, or null as soon as they are longer than `budget`: what is too long is not made at all. */
const within = (lines: Iterable<string>, budget: number): string | null => {
  const kept: string[] = []
  let length = 0
  for (const line of lines) {
    length += line.length + 1
    if (length > budget) return null
    kept.push(line)
  }
  return `${kept.join('\n')}\n`
}

function* renderCut(view: PlanView, cut: Cut, shortened: boolean): Generator<string> {
  yield* headLines(view)
  yield* tableLines(view, cut)
  yield* refusalLines(view, cut)
  yield* riskLines(view, cut)
  yield* rollTables(view, cut)
  yield* lesserLines(view, cut)
  yield* detailLines(view, cut)
  if (shortened) yield* ['', '\u26A0 This plan was shortened to fit a comment; `forge plan` or `--json` shows all of it.']
  yield* footerLines(view)
  yield* ['', `**${summaryLine(view)}**`]
}

const headLines = (view: PlanView): readonly string[] => {
  const { header, totals, units } = view
  const marker = `${header.stack}:v1 id=${header.id}`.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const back = header.revision === null ? '' : ` \u00B7 **back to revision ${header.revision}**`
  const mode = `${back}${header.mode === 'normal' ? '' : ` \u00B7 **${header.mode}**`}`
  const managed = totals.keep === 0 ? '' : ` \u00B7 ${count(totals.keep, 'object')} untouched`
  const only =
    header.targets.length === 0 ? [] : ['', `Only ${header.targets.slice(0, 20).map(clippedCode).join(', ')}: the rest is not planned.`]
  return [
    `<!-- forge-plan:${marker} -->`,
    `### ${levelMark[levelOf(view)]} forge plan \u00B7 ${codeText(header.stack)} \u00B7 ${count(units.length, 'unit')} to change \u00B7 plan ${codeText(header.shortId)}${mode}`,
    '',
    `**${summaryLine(view)}**${managed} \u00B7 lineage ${codeText(header.lineage)}`,
    ...only,
  ]
}

const clippedCode = (text: string): string => codeText(clip(text, 100))

const levelOf = (view: PlanView): Level => {
  if (view.refusals.length > 0 || view.lifts.length > 0 || hasErrors(view)) return 'high'
  const risks = view.risks.reduce<Level>((worst, { severity }) => worse(worst, severity), 'low')
  return view.units.reduce<Level>((worst, { level }) => worse(worst, level), risks)
}

const quote = (alert: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `> [!${alert}]`, ...lines.map((line) => `> ${line}  `)]

const refusalLines = (view: PlanView, cut: Cut): readonly string[] => {
  const { refusals, lifts } = view
  const refused = refusals
    .slice(0, cut.items)
    .flatMap(({ kind, summary, remedy, where }) => [
      `**refused: ${kind}** ${words(summary, cut)}${place(where, cut)}`,
      `To go on: ${words(remedy, cut)}`,
    ])
  const left = refusals.length > cut.items ? [`${refusals.length - cut.items} more refusals`] : []
  const head = refusals.length === 0 ? [] : [`**Apply will be refused with exit ${refusalExit(refusals)}.**`]
  const halted = hasErrors(view) ? ['**Apply will not start (exit 1) while the error under Warnings stands.**'] : []
  return quote('CAUTION', [
    ...head,
    ...refused,
    ...left,
    ...halted,
    ...lifts.map(({ kind, detail }) => `**lifted: ${kind}** ${words(detail, cut)}`),
  ])
}

const words = (text: string, cut: Cut): string => proseText(clip(text, cut.text))
const place = (where: string, cut: Cut): string => (where === '' ? '' : ` (${codeText(clip(where, cut.text))})`)

const riskLines = (view: PlanView, cut: Cut): readonly string[] => {
  // Lifts have lines of their own.
  const risks = view.risks.filter(({ kind }) => kind !== 'lift')
  return [
    ...quote('CAUTION', riskItems(risks, 'high', cut)),
    ...quote('WARNING', riskItems(risks, 'medium', cut)),
    ...quote('NOTE', riskItems(risks, 'low', cut)),
  ]
}

const riskItems = (risks: readonly RiskView[], severity: Level, cut: Cut): readonly string[] => {
  const of = risks.filter((risk) => risk.severity === severity)
  const shown = of.slice(0, cut.items).map(({ kind, summary, where }) => `**${kind}** ${words(summary, cut)}${place(where, cut)}`)
  return of.length > shown.length ? [...shown, `${of.length - shown.length} more risks of ${severity} severity`] : shown
}

const lesserLines = (view: PlanView, cut: Cut): readonly string[] => [
  ...section(
    'Renamed',
    view.renamed.map(({ from, to }) => {
      const options = { limit: cut.ranges, separator: ',' }
      const [left, right] = [codeText(membersText(from, options)), codeText(membersText(to, options))]
      return sameMembers(from, to) ? `${right}: settings and policy only` : `${left} \u2192 ${right}`
    }),
    cut,
  ),
  ...section(
    'Outputs',
    view.outputs.map(
      ({ name, action, before, after }) => `${codeText(name)} ${action}: ${shortCode(before, cut)} \u2192 ${shortCode(after, cut)}`,
    ),
    cut,
  ),
  ...section(
    'Warnings',
    view.warnings.map(
      ({ severity, code, summary, detail, count: times }) =>
        `${severity === 'error' ? '**error** ' : ''}${code} ${words(summary, cut)}${times > 1 ? ` (${times} times)` : ''}: ${words(detail, cut)}`,
    ),
    cut,
  ),
]

const shortCode = (text: string, cut: Cut): string => codeText(clip(text, cut.text))

const section = (title: string, items: readonly string[], cut: Cut): readonly string[] => {
  if (items.length === 0) return []
  const shown = items.slice(0, cut.items).map((item) => `- ${item}`)
  const left = items.length > cut.items ? [`- ${items.length - cut.items} more`] : []
  return ['', `<details><summary>${title} (${items.length})</summary>`, '', ...shown, ...left, '', '</details>']
}

const footerLines = (view: PlanView): readonly string[] => {
  if (!view.changes) return []
  const commands = [planCommandOf(view.header, '--out', 'forge.plan'), 'forge show forge.plan', 'forge apply forge.plan']
  const known = commands.map((command) => clip(command, 300))
  return [
    '',
    '<details><summary>How to read and apply</summary>',
    '',
    ...fenced('sh', known),
    '',
    '`!` changes, `+` adds, `-` destroys.',
    '',
    '</details>',
  ]
}
