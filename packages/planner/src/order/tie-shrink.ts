import type { Alive, Step, StepId, UnitName } from '@forgeplan/model'
import { isMember, stepId } from '@forgeplan/model'
import type { Chain, StepRequest, UnitTraits } from './chain.ts'
import { barrier, byUnit, endOf, waitFor } from './chain.ts'

/** The steps of what goes for good, and after which of them a unit's surplus members have gone. */
export interface Shrunk {
  /** Before a unit's other gates, since they ask about nobody whom the plan makes. */
  readonly gates: readonly Step[]
  readonly steps: readonly Step[]
  readonly ends: ReadonlyMap<UnitName, readonly StepId[]>
}

/** Surplus members go when enough of the others are well, one gate for all of a unit, and the leader goes last. */
export const tieShrink = (leaving: readonly Chain[], { shrinks, traits, leads }: StepRequest): Shrunk => {
  const gates: Step[] = []
  const steps: Step[] = []
  const ends = new Map<UnitName, readonly StepId[]>()
  for (const [unit, own] of byUnit(leaving)) {
    const members = own.filter(({ address }) => isMember(address))
    const alive = shrinks.get(unit)
    const before = [...new Set(members.flatMap(({ down }) => down[0]?.after ?? []))]
    const gate = alive === undefined ? [] : [gateOf(unit, { alive, before }, traits.get(unit))]
    const followers = members.filter(({ address }) => !leads(address)).map(({ down }) => endOf(down))
    const last = followers.length > 0 && followers.length < members.length ? [barrier(`followers.${unit}`, unit, followers)] : []
    gates.push(...gate)
    for (const { address, down } of own) {
      // Who is gone already, or stays, is missed by nobody.
      const waits =
        isMember(address) && down.some(({ kind }) => kind === 'delete')
          ? [...gate, ...(leads(address) ? last : [])].map(({ id }) => id)
          : []
      steps.push(...down.map((each, index) => (index === 0 ? waitFor(each, waits) : each)))
    }
    steps.push(...last)
    ends.set(
      unit,
      members.map(({ down }) => endOf(down)),
    )
  }
  return { gates, steps, ends }
}

// It looks when everything else lets them go, and not long before.
const gateOf = (
  unit: UnitName,
  { alive, before }: { readonly alive: Alive; readonly before: readonly StepId[] },
  traits: UnitTraits | undefined,
): Step => ({
  id: stepId('gate', `shrink.${unit}`),
  kind: 'gate',
  after: before,
  gate: {
    unit,
    members: [],
    failures: 0,
    alive,
    pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
    deadlineMs: traits?.update.timeoutMs ?? 0,
    ask: false,
  },
})
