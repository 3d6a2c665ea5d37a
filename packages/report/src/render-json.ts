import type { OutputChange, Plan } from '@forgeplan/model'
import { changeJson } from './json-change.ts'
import { isWaited } from './gate-name.ts'
import { jsonLine } from './json-line.ts'
import { splitValue } from './json-value.ts'
import { allRanges, membersText } from './members.ts'
import { rollsJson } from './json-roll.ts'
import { summaryLine } from './summary-line.ts'
import type { PlanView, UnitView } from './view.ts'

/** `forge.plan/v1`: Terraform's keys where it has them, forge's own beside; the same plan gives the same bytes. */
export const renderJson = (view: PlanView): string => {
  const { plan } = view
  return `${jsonLine({
    format: 'forge.plan/v1',
    format_version: '1.2',
    applyable: view.changes && plan.refusals.length === 0,
    errored: false,
    plan: {
      id: plan.id,
      stack: plan.stack,
      lineage: plan.lineage,
      mode: plan.mode,
      targets: plan.targets,
      tool: plan.tool,
      ...(plan.revision === undefined ? {} : { revision: plan.revision }),
      realms: plan.realms,
      requires: plan.desired.requires.map(({ source }) => source),
    },
    summary: summaryLine(view),
    totals: view.totals,
    resource_changes: plan.changes.map((change) => changeJson(change, view.schemas.get(change.type))),
    output_changes: Object.fromEntries(plan.outputs.map((output) => [output.name, outputJson(output)])),
    groups: view.units.map(unitJson),
    risks: plan.risks,
    refusals: plan.refusals,
    lifts: plan.lifts,
    renamed: plan.renamed,
    basis: plan.basis,
    gates: gatesOf(plan),
    rolls: rollsJson(view),
    warnings: plan.warnings,
  })}\n`
}

const unitJson = (unit: UnitView): unknown => ({
  unit: unit.unit,
  risk: unit.level,
  size: unit.size,
  counts: unit.counts,
  gates: unit.gates,
  changes: unit.blocks.map((block) => ({
    action: block.action,
    members: membersText(block.members, { ...allRanges, separator: ',' }),
    ...(block.successors === null ? {} : { successors: membersText(block.successors, { ...allRanges, separator: ',' }) }),
    count: block.count,
    type: block.type,
    reason: block.reason,
    notes: block.notes,
    fields: block.fields,
  })),
})

const gatesOf = (plan: Plan): readonly unknown[] =>
  plan.steps.flatMap((step) => (step.kind === 'gate' && isWaited(step.gate) ? [{ step: step.id, ...step.gate }] : []))

const outputJson = ({ action, sensitive, before, after }: OutputChange): unknown => {
  const left = before === undefined ? null : splitValue(before, sensitive ? { kind: 'secret' } : undefined)
  const right = after === undefined ? null : splitValue(after, sensitive ? { kind: 'secret' } : undefined)
  return {
    actions: [action === 'keep' ? 'no-op' : action],
    before: left?.known ?? null,
    after: right?.known ?? null,
    after_unknown: right?.unknown ?? false,
    before_sensitive: left?.sensitive ?? false,
    after_sensitive: right?.sensitive ?? false,
  }
}
