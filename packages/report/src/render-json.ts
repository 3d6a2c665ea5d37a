import type { OutputChange, Plan } from '@forgeplan/model'
import { changeJson } from './json-change.ts'
import { isWaited } from './gate-name.ts'
import { jsonLine, jsonList, jsonObject } from './json-line.ts'
import { splitValue } from './json-value.ts'
import { allRanges, membersText } from './members.ts'
import { rollsJson } from './json-roll.ts'
import { summaryLine } from './summary-line.ts'
import { hasErrors } from './verdict.ts'
import type { BlockView, PlanView, UnitView } from './view.ts'

/** `forge.plan/v1`: Terraform's keys where it has them, forge's own beside; the same plan gives the same bytes. */
export const renderJson = (view: PlanView): string => {
  const { plan } = view
  const lists = {
    basis: jsonList(plan.basis, jsonLine),
    groups: jsonList(view.units, unitJson),
    resource_changes: jsonList(plan.changes, (change) => jsonLine(changeJson(change, view.schemas.get(change.type)))),
  }
  return `${jsonObject(headOf(view), lists)}\n`
}

const headOf = (view: PlanView): Readonly<Record<string, unknown>> => {
  const { plan } = view
  return {
    format: 'forge.plan/v1',
    format_version: '1.2',
    applyable: view.changes && plan.refusals.length === 0 && !hasErrors(view),
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
    output_changes: Object.fromEntries(plan.outputs.map((output) => [output.name, outputJson(output)])),
    risks: plan.risks,
    refusals: plan.refusals,
    lifts: plan.lifts,
    renamed: plan.renamed,
    gates: gatesOf(plan),
    rolls: rollsJson(view),
    warnings: plan.warnings,
  }
}

const unitJson = (unit: UnitView): string =>
  jsonObject(
    { unit: unit.unit, risk: unit.level, size: unit.size, counts: unit.counts, gates: unit.gates },
    { changes: jsonList(unit.blocks, blockJson) },
  )

const blockJson = (block: BlockView): string =>
  jsonLine({
    action: block.action,
    members: membersText(block.members, { ...allRanges, separator: ',' }),
    ...(block.successors === null ? {} : { successors: membersText(block.successors, { ...allRanges, separator: ',' }) }),
    count: block.count,
    type: block.type,
    reason: block.reason,
    notes: block.notes,
    fields: block.fields,
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
