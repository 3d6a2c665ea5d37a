import type { Diagnostic } from '@forgeplan/model'
import type { PlanView } from './view.ts'

/** The exit code of an apply that is refused: 1 where the world cannot be trusted, whatever else is refused. */
export const refusalExit = (refusals: PlanView['refusals']): 1 | 6 => (refusals.some((refusal) => refusal.exit === 1) ? 1 : 6)

/** Whether something is known beforehand that keeps an apply from its first step. */
export const hasErrors = ({ warnings }: { readonly warnings: readonly Pick<Diagnostic, 'severity'>[] }): boolean =>
  warnings.some(({ severity }) => severity === 'error')
