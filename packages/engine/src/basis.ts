import type { Address, Basis, Observed, Plan, Row, State } from '@forgeplan/model'
import { rowAt } from '@forgeplan/model'
import { basisDigest, isSameSight } from '@forgeplan/planner'
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
  const past = state.lastRun?.plan === plan.id ? pastOf(plan, state) : nothing
  return plan.basis
    .filter((basis) => {
      if (past.begun.has(basis.address)) return false
      const now = digestOf(basis, state, observed)
      return past.noted.has(basis.address) ? !isSameSight(now, basis.digest) : now !== basis.digest
    })
    .map(({ address }) => address)
}

const digestOf = ({ uid, address }: Basis, state: State, observed: Observed): string => {
  const row = uid === null ? rowAt(state, address) : state.rows.get(uid)
  return basisDigest(row, row === undefined ? undefined : observed.objects.get(row.uid), sha256)
}

/** What an earlier run of the same plan did. */
interface Past {
  /** Finished or begun: the object has changed by the plan's own hand. */
  readonly begun: ReadonlySet<Address>
  /** Perhaps renamed, drained or taken out: the row is newer, but the object must look as it did. */
  readonly noted: ReadonlySet<Address>
}

const nothing: Past = { begun: new Set(), noted: new Set() }

const pastOf = (plan: Plan, state: State): Past => {
  const steps = plan.steps.flatMap(({ id, kind, ...step }) => ('address' in step ? [{ id, kind, address: step.address }] : []))
  const looks = new Set(['drain', 'detach'])
  const finished = steps.filter(({ id, kind }) => !looks.has(kind) && state.done.has(id))
  const begun = [...state.rows.values()].filter((row) => isBegunBy(plan, row))
  // A drain or a detach journals its look by itself.
  const looked = steps.filter(({ kind }) => looks.has(kind))
  return {
    begun: new Set([...finished, ...begun].map(({ address }) => address)),
    noted: new Set([...plan.renamed.map(({ to }) => to), ...looked.map(({ address }) => address)]),
  }
}

/** Whether the plan has an operation on the row's object without an outcome. */
export const isBegunBy = (plan: Plan, { phase }: Row): boolean =>
  (phase.kind === 'creating' || phase.kind === 'changing') && phase.began.plan === plan.id
