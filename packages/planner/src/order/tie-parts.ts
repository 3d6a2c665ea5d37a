import type { Chain, StepRequest } from './chain.ts'
import { waitFor } from './chain.ts'
import type { Tied } from './tie-down.ts'

/** A machine is made after its parts and goes before them. */
export const tieParts = ({ chains, barriers }: Tied, { partsOf }: StepRequest): Tied => {
  const at = new Map(chains.map((chain) => [chain.address, chain]))
  const owners = new Map([...partsOf].flatMap(([owner, parts]) => parts.map((part) => [part, owner] as const)))
  const tie = (chain: Chain): Chain => {
    const owner = at.get(owners.get(chain.address) ?? chain.address)
    const ownersEnd = owner === chain ? undefined : owner?.down.at(-1)
    const parts = (partsOf.get(chain.address) ?? []).flatMap((part) => at.get(part)?.up.at(-1)?.id ?? [])
    return {
      ...chain,
      down: chain.down.map((each, index) => (index === 0 && ownersEnd !== undefined ? waitFor(each, [ownersEnd.id]) : each)),
      up: chain.up.map((each, index) => (index === 0 ? waitFor(each, parts) : each)),
    }
  }
  return { barriers, chains: chains.map(tie) }
}
