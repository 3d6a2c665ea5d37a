import type { Address, Change, Reason, Row } from '@forgeplan/model'
import { memberAddress } from '@forgeplan/model'
import type { Roster } from '../members/scale.ts'

/** A decision about one wanted object, as far as it matters for who comes before whom. */
interface Decided {
  readonly wanted: { readonly address: Address; readonly owner: Address | null }
  readonly row: Row | undefined
  readonly decision: { readonly change: Change }
}

/**
 * The roster of a create-first unit once its members are known: whoever has to be made anew leaves for a successor
 * with a number that nobody holds. Null where nobody has to.
 */
export const withSuccessors = (roster: Roster, decided: readonly Decided[], held: () => Iterable<Address>): Roster | null => {
  if (roster.unit.update.order !== 'create-first') return null
  const going = decided.filter((one) => one.wanted.owner === null && comesAnew(roster, one)).map(({ wanted }) => wanted.address)
  if (going.length === 0) return null
  const next = numbers(roster, new Set([...held(), ...roster.members.map(({ address }) => address)]))
  const successors = new Map(going.map((address) => [address, next()]))
  const before = new Map(decided.map((one) => [one.wanted.address, one]))
  return {
    ...roster,
    members: roster.members.map((member) => {
      const successor = successors.get(member.address)
      return successor === undefined ? member : { address: successor, reason: reasonFor(before.get(member.address) as Decided) }
    }),
    leaving: [
      ...roster.leaving,
      ...[...successors].map(([address, successor]) => ({
        address,
        row: before.get(address)?.row as Row,
        reason: { kind: 'succeeded-by', address: successor } as const,
      })),
    ],
  }
}

// Why the one before it goes, and what is different.
const reasonFor = ({ wanted, decision: { change } }: Decided): Reason => {
  const { reason: why, fields } = change as Extract<Change, { action: 'replace' | 'restart' }>
  return { kind: 'successor-of', address: wanted.address, why, fields }
}

// A half-made object serves nobody, and one that is merely down is started again: neither needs a successor.
const comesAnew = ({ unit }: Roster, { row, decision: { change } }: Decided): boolean => {
  if (row === undefined || row.phase.kind === 'creating') return false
  if (change.action === 'replace') return true
  return change.action === 'restart' && change.reason.kind !== 'stopped' && unit.update.maxUnavailable <= unit.update.maxFailures
}

const numbers = ({ unit }: Roster, taken: ReadonlySet<Address>): (() => Address) => {
  let ordinal = 0
  return () => {
    for (;;) {
      const address = memberAddress(unit.name, String(++ordinal))
      if (!taken.has(address)) return address
    }
  }
}
