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
  const rows = new Map(decided.map(({ wanted, row }) => [wanted.address, row]))
  const changes = new Map(decided.map(({ wanted, decision }) => [wanted.address, decision.change]))
  return {
    ...roster,
    members: roster.members.map((member) => {
      const successor = successors.get(member.address)
      return successor === undefined ? member : { address: successor, reason: reasonOf(member.address, changes) }
    }),
    leaving: [
      ...roster.leaving,
      ...[...successors].map(([address, successor]) => ({
        address,
        row: rows.get(address) as Row,
        reason: { kind: 'succeeded-by', address: successor } as const,
      })),
    ],
  }
}

// A create has nothing to be compared with: what the reviewer is to see of the difference goes with its reason.
const reasonOf = (address: Address, changes: ReadonlyMap<Address, Change>): Reason => {
  const change = changes.get(address)
  const of = { kind: 'successor-of', address } as const
  return change?.action === 'replace' || change?.action === 'restart' ? { ...of, why: change.reason, fields: change.fields } : of
}

// A half-made object serves nobody, and one that is merely down is started again: neither needs a successor.
const comesAnew = ({ unit }: Roster, { row, decision: { change } }: Decided): boolean => {
  if (row === undefined || row.phase.kind === 'creating') return false
  if (change.action === 'replace') return true
  return change.action === 'restart' && change.reason.kind !== 'stopped' && unit.update.maxUnavailable === 0
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
