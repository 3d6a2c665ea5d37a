import type { Worlds } from '@forgeplan/engine'
import { preflight, systemClock } from '@forgeplan/engine'
import type { Diagnostic, Plan, State } from '@forgeplan/model'
import { hasChanges, stepId } from '@forgeplan/model'
import type { Invocation } from '../invocation.ts'
import { Stop } from '../stop.ts'

/** What the providers say about a plan before it is done; nobody is asked where there is nothing to do. */
export const askBeforehand = async (
  { shell }: Pick<Invocation, 'shell'>,
  { plan, state, worlds }: { readonly plan: Plan; readonly state: State; readonly worlds: Worlds },
): Promise<readonly Diagnostic[]> => {
  if (!hasChanges(plan)) return []
  return preflight({ plan: toMake(plan, state), worlds, clock: systemClock, signal: shell.interrupts.stop })
}

// What an earlier run of this plan has made stands where the provider would find it in its own way.
const toMake = (plan: Plan, state: State): Plan =>
  state.lastRun?.plan === plan.id
    ? { ...plan, changes: plan.changes.filter(({ address }) => !state.done.has(stepId('create', address))) }
    : plan

/** The plan with the words of the providers among its warnings. Its id stays: they do not change what is done. */
export const withWords = (plan: Plan, said: readonly Diagnostic[]): Plan =>
  said.length === 0 ? plan : { ...plan, warnings: [...plan.warnings, ...said] }

/** @throws Stop when an error is among the words of the providers; a warning stops nothing. */
export const checkWords = (said: readonly Diagnostic[]): void => {
  const errors = said.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Stop(1, errors)
}
