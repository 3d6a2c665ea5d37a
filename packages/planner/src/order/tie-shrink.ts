import type { Step, StepId, UnitName } from '@forgeplan/model'
import { stepId } from '@forgeplan/model'
import type { Chain, StepRequest } from './chain.ts'
import { endOf, isMember, waitFor } from './chain.ts'

/** The steps of what goes for good, and after which of them a unit's surplus members have gone. */
export interface Shrunk {
  /** Before a unit's other gates, since they ask about nobody whom the plan makes. */
  readonly gates: readonly Step[]
  readonly steps: readonly Step[]
  readonly ends: ReadonlyMap<UnitName, readonly StepId[]>
}

/** Surplus members go when enough of the others are well: one gate for all of a unit. */
export const tieShrink = (leaving: readonly Chain[], { shrinks, traits }: StepRequest): Shrunk => {
  const gates: Step[] = []
  const steps: Step[] = []
  const ends = new Map<UnitName, StepId[]>()
  const gated = new Set<UnitName>()
  for (const { address, unit, down } of leaving) {
    const alive = shrinks.get(unit)
    const gate = stepId('gate', `shrink.${unit}`)
    if (alive !== undefined && !gated.has(unit)) {
      gated.add(unit)
      const pass = { kind: 'checks', checks: 1, intervalMs: 1000 } as const
      const deadlineMs = traits.get(unit)?.update.timeoutMs ?? 0
      gates.push({ id: gate, kind: 'gate', after: [], gate: { unit, members: [], failures: 0, alive, pass, deadlineMs, ask: false } })
    }
    const isFirst = (index: number): boolean => index === 0 && alive !== undefined && isMember(address)
    steps.push(...down.map((each, index) => (isFirst(index) ? waitFor(each, [gate]) : each)))
    if (!isMember(address)) continue
    const own = ends.get(unit) ?? []
    own.push(endOf(down))
    ends.set(unit, own)
  }
  return { gates, steps, ends }
}
