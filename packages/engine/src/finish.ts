import type { Failure, Output, Plain, RunResult, Value } from '@forgeplan/model'
import { FunctionError, groupUnit, isKnown, isSensitive, leaves, reduce, sameValue } from '@forgeplan/model'
import { valueAt } from './resolve.ts'
import type { Run } from './run.ts'

/** How the steps of a run ended. */
export interface Tally {
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
  /** Steps that were given up because the run was interrupted. */
  readonly abandoned: number
  readonly stale: boolean
  readonly gateStopped: boolean
  readonly cancelled: boolean
}

/** What a run came to. `resumed`: an earlier run had already done some of the plan. */
export const resultOf = (tally: Tally, resumed: boolean): RunResult => {
  if (tally.cancelled || tally.abandoned > 0) return 'interrupted'
  if (tally.stale) return 'stale'
  if (tally.failed === 0 && tally.skipped === 0) return 'done'
  return tally.gateStopped || tally.succeeded > 0 || resumed ? 'partial' : 'failed'
}

/** The first failure is what the run is remembered by; a stale one says more than what came of it. */
export const worse = (before: Failure | null, next: Failure): Failure =>
  before === null || (next.kind === 'stale' && before.kind !== 'stale') ? next : before

/**
 * The stack's outputs as they may be kept: sensitive ones are null, and one that cannot be told now keeps its last
 * value. Undefined when nothing changed.
 */
export const outputsOf = (run: Run): Readonly<Record<string, Plain>> | undefined => {
  const before = run.start.state.outputs
  const wanted = run.plan.mode === 'destroy' ? [] : run.plan.desired.outputs
  const values = Object.fromEntries(
    wanted.flatMap((output): readonly (readonly [string, Plain])[] => {
      const { name, value } = output
      if (isHidden(output)) return [[name, null]]
      const now = evaluate(run, value)
      const last = Object.hasOwn(before, name) ? before[name] : undefined
      const kept = now === undefined ? last : now
      return kept === undefined ? [] : [[name, run.redactor.plain(kept)]]
    }),
  )
  return sameValue(values, before) ? undefined : values
}

/** Whether an output's value is never stored: the state only knows that there is one. */
export const isHidden = ({ value, sensitive }: Output): boolean =>
  sensitive || isSensitive(value) || [...leaves(value)].some((leaf) => leaf.kind === 'runtime')

const evaluate = (run: Run, value: Value): Plain | undefined => {
  try {
    const known = reduce(value, (leaf) => {
      if (leaf.kind === 'output') return valueAt(run.ledger.rowAt(leaf.of)?.outputs ?? {}, leaf.path)
      if (leaf.kind !== 'members') return undefined
      return run.ledger.members(groupUnit(leaf.group)).map((row) => valueAt(row.outputs, leaf.path) ?? null)
    })
    return isKnown(known) ? known : undefined
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    // A function that refuses what apply brought about: the output keeps its last value, the run is what it is.
    return undefined
  }
}
