import type { Plan, State } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'

/** The plan without what an earlier run of it has made, which stands by now. */
export const toMake = (plan: Plan, state: State): Plan =>
  state.lastRun?.plan === plan.id
    ? { ...plan, changes: plan.changes.filter(({ address }) => !state.done.has(stepId('create', address))) }
    : plan
