import type { Address, Change, Observed, Row } from '@forgeplan/model'
import { compareAddress, isMember } from '@forgeplan/model'
import { isLeader, isWell } from '../members/condition.ts'

/** A member that is taken down and comes back, in place or as a successor. */
export interface Mover {
  readonly address: Address
  /** Who comes before it goes; null: it comes back at its own address. */
  readonly successor: Address | null
  /** Whether it does its work now. */
  readonly well: boolean
  /** Its successor stands already. */
  readonly succeeded: boolean
  readonly leader: boolean
}

/** The members that a change takes down: first whose successor stands and who is unwell, then by name, the leader last. */
export const moversOf = (changes: readonly Change[], rows: ReadonlyMap<Address, Row>, observed: Observed): readonly Mover[] =>
  changes
    .flatMap((change): readonly Mover[] => {
      const row = rows.get(change.address)
      if (row === undefined || !isRolled(change, row)) return []
      const successor = 'reason' in change && change.reason.kind === 'succeeded-by' ? change.reason.address : null
      const succeeded = successor !== null && rows.has(successor)
      return [{ address: change.address, successor, succeeded, well: isWell(row, observed), leader: isLeader(row, observed) }]
    })
    .toSorted((a, b) => rank(a) - rank(b) || compareAddress(a.address, b.address))

const rank = ({ well, leader, succeeded }: Mover): number => (succeeded ? 0 : leader ? 3 : well ? 2 : 1)

// What is down anyway is repaired at once.
const isRolled = (change: Change, row: Row): boolean => {
  if (change.action === 'keep' || row.phase.kind === 'creating' || !isMember(change.address)) return false
  if (change.action === 'restart') return change.reason.kind !== 'stopped'
  return change.action === 'replace' || (change.action === 'delete' && change.reason.kind === 'succeeded-by')
}
