import type { Address, Basis, Observed, Plan, State } from '@forgeplan/model'
import { rowAt } from '@forgeplan/model'
import { basisDigest } from '@forgeplan/planner'
import { sha256 } from './identity.ts'

export interface BasisRequest {
  readonly plan: Plan
  readonly state: State
  readonly observed: Observed
}

/**
 * The touched addresses that no longer look as they did when the saved plan was made, in the plan's order. A change
 * elsewhere does not count, and neither does what the plan itself has done in an earlier run.
 */
export const checkBasis = ({ plan, state, observed }: BasisRequest): readonly Address[] => {
  const own = state.lastRun?.plan === plan.id ? doneBy(plan, state) : new Set<Address>()
  return plan.basis
    .filter((basis) => !own.has(basis.address) && digestOf(basis, state, observed) !== basis.digest)
    .map(({ address }) => address)
}

const digestOf = ({ uid, address }: Basis, state: State, observed: Observed): string => {
  const row = uid === null ? rowAt(state, address) : state.rows.get(uid)
  return basisDigest(row, row === undefined ? undefined : observed.objects.get(row.uid), sha256)
}

// Going on with a plan: what it renamed, finished or began has changed by its own hand.
const doneBy = (plan: Plan, state: State): ReadonlySet<Address> => {
  // A drain or a detach journals its look by itself, so the row may be newer although nothing else was begun.
  const looked = (kind: string): boolean => kind === 'drain' || kind === 'detach'
  const finished = plan.steps.flatMap((step) =>
    step.kind !== 'gate' && (looked(step.kind) || state.done.has(step.id)) ? [step.address] : [],
  )
  const begun = [...state.rows.values()].flatMap((row) =>
    (row.phase.kind === 'creating' || row.phase.kind === 'changing') && row.phase.began.plan === plan.id ? [row.address] : [],
  )
  return new Set([...plan.renamed.map(({ to }) => to), ...finished, ...begun])
}
