import type { RunCounts } from '@forgeplan/model'
import type { PlanView } from './view.ts'

/** The last line of a plan, in Terraform's wording: tools grep it. */
export const summaryLine = (view: PlanView): string => {
  if (!view.changes && !(view.header.mode === 'refresh-only' && view.risks.length > 0)) return noChanges(view)
  const { totals } = view
  const front = totals.import > 0 ? `${totals.import} to import, ` : ''
  const behind = totals.forget > 0 ? `, ${totals.forget} to forget` : ''
  return `Plan: ${front}${totals.add} to add, ${totals.change} to change, ${totals.destroy} to destroy${behind}.`
}

/** What a run has done, in the same wording. */
export const resourcesText = ({ imported, added, changed, destroyed }: RunCounts): string =>
  `${imported > 0 ? `${imported} imported, ` : ''}${added} added, ${changed} changed, ${destroyed} destroyed`

const noChanges = (view: PlanView): string => {
  // What is refused could not be compared, so nobody knows that it matches.
  if (view.refusals.length > 0) return 'No changes. What is refused above could not be compared.'
  switch (view.header.mode) {
    case 'normal':
      return 'No changes. Your infrastructure matches the configuration.'
    case 'refresh-only':
      return 'No changes. Your infrastructure still matches the configuration.'
    case 'destroy':
      return 'No changes. No objects need to be destroyed.'
    default:
      return view.header.mode satisfies never
  }
}
