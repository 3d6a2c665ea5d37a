import type { Catalog, Plan } from '@forgeplan/model'
import { planView, renderJson, renderMarkdown, renderText } from '@forgeplan/report'
import type { Invocation } from '../invocation.ts'

export interface PlanLook {
  readonly json?: boolean
  readonly markdown?: boolean
  readonly verbose?: boolean
  /** The revision to go back to, which the plan of a roll names; absent or null: none. */
  readonly back?: number | null
}

/** The plan as text, markdown or JSON, ended by a line end. */
export const planText = (plan: Plan, catalog: Catalog, look: PlanLook, to: { readonly color: boolean; readonly width: number }): string => {
  const view = planView(plan, catalog, { back: look.back ?? null })
  const verbose = look.verbose === true
  const text = look.json ? renderJson(view) : look.markdown ? renderMarkdown(view) : renderText(view, { ...to, verbose })
  return text.endsWith('\n') ? text : `${text}\n`
}

/** Prints the plan to standard output. */
export const printPlan = ({ terminal }: Invocation, plan: Plan, catalog: Catalog, look: PlanLook): void =>
  terminal.out(planText(plan, catalog, look, { color: terminal.outColor, width: terminal.width }))
