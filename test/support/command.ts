import type { Plan, Refusal } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { checkBasis } from '@forgeplan/engine'
import type { Applied, ApplyOptions, Lab } from '@forgeplan/testkit'

/** What `forge apply` comes to: it honours refusals, and a plan without changes is not run. */
export type Ended =
  | { readonly kind: 'refused'; readonly plan: Plan; readonly refusals: readonly Refusal[]; readonly exit: 1 | 6 }
  | { readonly kind: 'nothing'; readonly plan: Plan; readonly exit: 0 }
  | ({ readonly kind: 'ran'; readonly exit: number } & Applied)

/** `forge apply --auto-approve`. @throws LabProblems and EngineError, as the command shows them. */
export const applyAsCommand = async (lab: Lab, options: ApplyOptions = {}): Promise<Ended> => {
  const plan = options.plan ?? (await lab.plan(options))
  if (plan.refusals.length > 0) {
    const exit = plan.refusals.some((refusal) => refusal.exit === 1) ? 1 : 6
    return { kind: 'refused', plan, refusals: plan.refusals, exit }
  }
  if (!hasChanges(plan)) return { kind: 'nothing', plan, exit: 0 }
  const applied = await lab.apply({ ...options, plan })
  return { kind: 'ran', exit: exitOf(applied), ...applied }
}

/** As `packages/cli` maps it. */
export const exitOf = ({ outcome }: Applied): number => ({ done: 0, failed: 1, partial: 3, interrupted: 130, stale: 5 })[outcome.result]

/** The plan as it comes back from its file. */
export const saved = (plan: Plan): Plan => JSON.parse(JSON.stringify(plan)) as Plan

/** What `forge apply PLANFILE` checks before it starts: the addresses that the world has changed under the plan. */
export const staleIn = async (lab: Lab, plan: Plan): Promise<readonly string[]> =>
  checkBasis({ plan, state: lab.state(), observed: await lab.observe() })
