import type { Worlds } from '@forgeplan/engine'
import { preflight, systemClock } from '@forgeplan/engine'
import type { Diagnostic, Plan, State } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import type { Invocation } from '../invocation.ts'
import type { Forecast } from '@forgeplan/sdk'
import { Stop } from '../stop.ts'
import { askMakers } from './image-checks.ts'
import { toMake } from './to-make.ts'

/** What the providers and the makers of images say about a plan before it is done; nobody is asked where there is nothing to do. */
export const askBeforehand = async (
  invocation: Invocation,
  { plan, state, worlds }: { readonly plan: Plan; readonly state: State; readonly worlds: Worlds },
): Promise<readonly Forecast[]> => {
  if (!hasChanges(plan)) return []
  // What an earlier run of this plan has made stands where the provider would find it in its own way.
  const left = toMake(plan, state)
  const makers = await askMakers(invocation, left)
  return [...makers, ...(await preflight({ plan: left, state, worlds, clock: systemClock, signal: invocation.shell.interrupts.stop }))]
}

/** The plan with the words of the providers among its warnings. Its id stays: they do not change what is done. */
export const withWords = (plan: Plan, said: readonly Forecast[]): Plan =>
  said.length === 0 ? plan : { ...plan, warnings: [...plan.warnings, ...said.map(plainly)] }

/** @throws Stop when the words of the providers hold an error, or a warning that is one as soon as something is done. */
export const checkWords = (said: readonly Forecast[]): void => {
  const errors = said.filter(({ severity, stopsApply }) => severity === 'error' || stopsApply === true)
  if (errors.length > 0)
    throw new Stop(
      1,
      errors.map((each) => ({ ...plainly(each), severity: 'error' })),
    )
}

const plainly = ({ severity, code, summary, detail, address }: Forecast): Diagnostic => ({
  severity,
  code,
  summary,
  detail,
  ...(address === undefined ? {} : { address }),
})
