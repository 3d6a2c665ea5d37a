import type { Plan } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import type { Revision } from '@forgeplan/store'

type Run = Pick<Revision, 'revision' | 'plan' | 'result' | 'command' | 'config'>

/**
 * The run whose configuration undoes a plan: the last one that ended well before the plan's first run. Null when there
 * is none, when it wanted the same as the plan, or when it took everything down, since its configuration says nothing of that.
 */
export const revisionBefore = (revisions: readonly Run[], plan: Pick<Plan, 'id' | 'desired'>): number | null => {
  const first = revisions.findIndex((run) => run.plan === plan.id)
  const last = (first < 0 ? revisions : revisions.slice(0, first)).findLast(({ result }) => result === 'done')
  if (last === undefined || last.command === 'forge destroy') return null
  return last.config === canonicalJson(plan.desired) ? null : last.revision
}

/** What a plan says about the way back: only one that rolls names it, so that no other one reads all configurations. */
export const wayBack = (store: { revisions(): readonly Run[] }, plan: Pick<Plan, 'id' | 'desired' | 'rolls'>): number | null =>
  plan.rolls.length === 0 ? null : revisionBefore(store.revisions(), plan)
