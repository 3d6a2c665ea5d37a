import type { Step } from '@forgeplan/model'
import type { StepRequest } from './chain.ts'
import { chainOf } from './chain.ts'
import { tieDown } from './tie-down.ts'
import { tieExclusive, tieFarewell } from './tie-last.ts'
import { tieParts } from './tie-parts.ts'
import { tieUp } from './tie-up.ts'

/**
 * The steps of a plan: each object's own chain (drain, detach, delete, then make), tied together by one barrier per
 * unit in each direction, so that the number of edges stays below four times the number of steps.
 */
export const stepsOf = (request: StepRequest): readonly Step[] => {
  const chains = request.changes.flatMap((change) => chainOf(change, request))
  const tied = tieParts(tieDown(chains, request), request)
  return tieExclusive(tieFarewell(tieUp(tied, request), tied.chains, request), request)
}
