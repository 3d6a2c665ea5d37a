import type { Catalog, Diagnostic, ObjectSchema, Plan, Refusal, Renamed, Risk, TypeName } from '@forgeplan/model'
import { compareText, findType, hasChanges } from '@forgeplan/model'
import { undoCommand } from './command.ts'
import { clip, escapeText } from './escape.ts'
import type { Members } from './members.ts'
import { addressesText, splitAddress } from './members.ts'
import { isTelling, rollViews } from './roll-view.ts'
import { unitViews } from './unit-views.ts'
import { sensitiveText, valueText } from './value-text.ts'
import type { Header, OutputView, PlanView, RefusalView, RiskView, Totals, WarningView } from './view.ts'

export interface ViewOptions {
  /** The revision to go back to if the change turns out to be none for the better; null: none. */
  readonly back?: number | null
}

/** A plan as data for readers: folded, in words, without secrets; linear in the plan. */
export const planView = (plan: Plan, catalog: Catalog, { back = null }: ViewOptions = {}): PlanView => {
  const schemas = schemasOf(plan, catalog)
  const rolls = rollViews(plan)
  const { units, untouched } = unitViews(plan, schemas, rolls.filter(isTelling))
  return {
    plan,
    schemas,
    header: headerOf(plan),
    totals: totalsOf(plan),
    changes: hasChanges(plan),
    units,
    untouchedUnits: untouched,
    rolls,
    undo: back === null ? null : undoCommand(headerOf(plan), back),
    risks: plan.risks.map(riskView).toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
    refusals: plan.refusals.map(refusalView),
    lifts: plan.lifts.map(({ kind, detail }) => ({ kind, detail: sentence(detail) })),
    warnings: foldWarnings(plan.warnings),
    renamed: foldRenamed(plan.renamed),
    outputs: outputViews(plan),
  }
}

const severities: readonly Risk['severity'][] = ['high', 'medium', 'low']

const schemasOf = (plan: Plan, catalog: Catalog): ReadonlyMap<TypeName, ObjectSchema> => {
  const names = new Set(plan.changes.map((change) => change.type))
  return new Map(
    [...names].flatMap((name) => {
      const type = findType(catalog, name)
      return type === undefined ? [] : [[name, type.inputs] as const]
    }),
  )
}

const headerOf = (plan: Plan): Header => ({
  stack: escapeText(plan.stack),
  mode: plan.mode,
  id: escapeText(plan.id),
  shortId: escapeText(plan.id).slice(0, 8),
  lineage: plan.lineage === null ? 'new' : escapeText(plan.lineage).slice(0, 8),
  targets: plan.targets.map(sentence),
  revision: plan.revision ?? null,
})

const totalsOf = (plan: Plan): Totals => {
  const counts = new Map<string, number>()
  for (const { action } of plan.changes) counts.set(action, (counts.get(action) ?? 0) + 1)
  const of = (...actions: readonly string[]): number => actions.reduce((sum, action) => sum + (counts.get(action) ?? 0), 0)
  return {
    add: of('create', 'replace'),
    change: of('update', 'restart'),
    destroy: of('delete', 'replace'),
    import: of('import'),
    forget: of('forget', 'release'),
    keep: of('keep'),
    renamed: plan.renamed.length,
  }
}

const sentence = (text: string): string => clip(escapeText(text), 1000)

const riskView = ({ severity, kind, summary, addresses }: Risk): RiskView => ({
  severity,
  kind,
  summary: sentence(summary),
  where: addressesText(addresses, 4),
})

const refusalView = ({ kind, exit, summary, remedy, addresses }: Refusal): RefusalView => ({
  kind,
  exit,
  summary: sentence(summary),
  remedy: sentence(remedy),
  where: addressesText(addresses, 4),
})

const foldWarnings = (warnings: readonly Diagnostic[]): readonly WarningView[] => {
  const folded = new Map<string, WarningView>()
  for (const { severity, code, summary, detail } of warnings) {
    // Whoever has to mend things needs each of them.
    const key = `${severity}\n${code}\n${summary}\n${severity === 'error' ? detail : ''}`
    const same = folded.get(key)
    folded.set(
      key,
      same === undefined
        ? { severity, code, summary: sentence(summary), detail: sentence(detail), count: 1 }
        : { ...same, count: same.count + 1 },
    )
  }
  return [...folded.values()]
}

// A renamed unit is one line: renames are folded where only the member differs and stays the same.
const foldRenamed = (renamed: readonly Renamed[]): readonly { readonly from: Members; readonly to: Members }[] => {
  const folded = new Map<string, { readonly from: Members; readonly to: Members; readonly ids: string[] }>()
  for (const rename of renamed) {
    const from = splitAddress(rename.from)
    const to = splitAddress(rename.to)
    const foldable = from.id !== null && from.id === to.id
    const key = foldable ? [from.prefix, from.suffix, to.prefix, to.suffix].join('\n') : `${rename.from}\n${rename.to}\n`
    const entry = folded.get(key) ?? { from: membersOf(from), to: membersOf(to), ids: [] }
    folded.set(key, entry)
    if (foldable && from.id !== null) entry.ids.push(from.id)
  }
  return [...folded.values()].map(({ from, to, ids }) => (ids.length === 0 ? { from, to } : { from: { ...from, ids }, to: { ...to, ids } }))
}

const membersOf = ({ prefix, id, suffix }: ReturnType<typeof splitAddress>): Members => ({ prefix, ids: id === null ? [] : [id], suffix })

const outputViews = (plan: Plan): readonly OutputView[] =>
  plan.outputs
    .flatMap(({ name, action, sensitive, before, after }): readonly OutputView[] => {
      if (action === 'keep') return []
      const hidden = (value: typeof before, side: 'before' | 'after'): string =>
        sensitive && value !== undefined ? sensitiveText : valueText(value, undefined, side)
      return [{ name: clip(escapeText(name), 120), action, before: hidden(before, 'before'), after: hidden(after, 'after') }]
    })
    .toSorted((a, b) => compareText(a.name, b.name))
