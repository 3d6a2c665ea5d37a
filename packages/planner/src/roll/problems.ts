import type { Address, Change, Diagnostic } from '@forgeplan/model'
import type { ExclusiveFlow } from '../members/exclusive.ts'
import { rollClashes } from '../members/exclusive.ts'
import type { Wanted } from '../members/instantiate.ts'
import type { Roster } from '../members/scale.ts'
import type { Rolling } from './rolls.ts'

/** The members as they shall be. */
interface Crews {
  readonly rosters: readonly Roster[]
  readonly wanted: ReadonlyMap<Address, Wanted>
}

/** What stands in the way of the rolls of a plan. */
export const rollProblems = (
  changes: readonly Change[],
  crews: Crews,
  { flow, rolling }: { readonly flow: ExclusiveFlow; readonly rolling: Rolling },
): readonly Diagnostic[] => [...rollClashes(changes, flow, waveNumbers(rolling)), ...keptDisks(crews)]

const waveNumbers = ({ schedules }: Rolling): ((address: Address) => number | undefined) => {
  const numbers = new Map(
    [...schedules.values()].flatMap(({ roll }) =>
      roll.waves.flatMap(({ members, successors }, at) => [...members, ...successors].map((address) => [address, at] as const)),
    ),
  )
  return (address) => numbers.get(address)
}

// What is kept belongs to an address, and a successor has another one.
const keptDisks = ({ rosters, wanted }: Crews): readonly Diagnostic[] => {
  const successors = new Set(
    rosters.flatMap(({ members }) => members.filter(({ reason }) => reason.kind === 'successor-of').map(({ address }) => address)),
  )
  if (successors.size === 0) return []
  const kept = [...wanted.values()].find(({ owner, retain }) => retain && owner !== null && successors.has(owner))
  if (kept === undefined) return []
  return [
    {
      severity: 'error',
      code: 'FORGE3009',
      summary: 'A kept disk cannot follow to a successor',
      detail: `The members of ${kept.unit.name} keep their disks, and a successor has another address. Use update.order: delete-first, without maxSurge.`,
      address: kept.address,
    },
  ]
}
