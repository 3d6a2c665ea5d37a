import type { Plan } from '@forgeplan/model'
import { planView, renderJson, renderMarkdown, renderText } from '@forgeplan/report'
import type { Lab } from '@forgeplan/testkit'

export interface Views {
  readonly text: string
  readonly markdown: string
  readonly json: string
}

/** A plan as people and programs read it. */
export const viewsOf = (plan: Plan, { catalog }: Pick<Lab, 'catalog'>): Views => {
  const view = planView(plan, catalog)
  return {
    text: renderText(view, { width: 100, color: false, verbose: false }),
    markdown: renderMarkdown(view),
    json: renderJson(view),
  }
}
