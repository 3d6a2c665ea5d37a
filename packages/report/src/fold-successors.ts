import type { Address, Change, Reason } from '@forgeplan/model'
import type { Doing, UnitContext } from './fold-changes.ts'
import { compareBlocks, foldChanges } from './fold-changes.ts'
import { inputViews } from './input-view.ts'
import { splitAddress } from './members.ts'
import type { BlockView } from './view.ts'

type Coming = Doing & { readonly action: 'create' }
type Going = Doing & { readonly action: 'delete' }

/** A member that goes and the one that comes before it. */
interface Pair {
  readonly coming: Coming
  readonly going: Going
}

/** `foldChanges` in which a member and its successor are one change, as a person thinks of them; linear. */
export const foldWithSuccessors = (changes: readonly Doing[], context: UnitContext): readonly BlockView[] => {
  const { pairs, others } = pairUp(changes)
  if (pairs.length === 0) return foldChanges(changes, context)
  const byOld = new Map(pairs.map((pair) => [pair.going.address, pair]))
  const blocks = foldChanges(pairs.map(asReplacement), context).map((block) => succession(block, byOld, context))
  return [...foldChanges(others, context), ...blocks].toSorted(compareBlocks)
}

/** Members that go once their successor has come, with it, and all other changes. */
export const pairUp = (changes: readonly Change[]): { readonly pairs: readonly Pair[]; readonly others: readonly Doing[] } => {
  const doing = changes.filter((change): change is Doing => change.action !== 'keep')
  const coming = new Map(doing.flatMap((change) => (isComing(change) ? [[change.address, change] as const] : [])))
  const pairs = doing.flatMap((change): readonly Pair[] => {
    if (change.action !== 'delete' || change.reason.kind !== 'succeeded-by') return []
    const successor = coming.get(change.reason.address)
    return successor?.reason.kind === 'successor-of' && successor.reason.address === change.address
      ? [{ coming: successor, going: change }]
      : []
  })
  const paired = new Set(pairs.flatMap(({ coming: { address }, going }) => [address, going.address]))
  return { pairs, others: doing.filter(({ address }) => !paired.has(address)) }
}

const isComing = (change: Doing): change is Coming => change.action === 'create' && change.reason.kind === 'successor-of'

// Folded as the replacement that it amounts to. Where the plan does not say why, nothing but the order is known.
const asReplacement = ({ coming, going }: Pair): Doing => ({
  action: 'replace',
  address: going.address,
  type: going.type,
  reason: whyOf(coming.reason),
  inputs: coming.inputs,
  context: coming.context,
  uid: going.uid,
  fields: coming.reason.kind === 'successor-of' ? coming.reason.fields : [],
})

const whyOf = (reason: Reason): Reason => (reason.kind === 'successor-of' ? reason.why : { kind: 'requested' })

const succession = (block: BlockView, byOld: ReadonlyMap<Address, Pair>, { unit, schemas }: UnitContext): BlockView => {
  const { prefix, ids, suffix } = block.members
  const pairs = ids.flatMap((id) => byOld.get(`${prefix}${id}${suffix}` as Address) ?? [])
  const [first] = pairs
  const made = pairs.map(({ coming }) => coming)
  const next = made.map(({ address }) => splitAddress(address))
  const why = first?.coming.reason.kind === 'successor-of' ? first.coming.reason.why : undefined
  return {
    ...block,
    action: 'succeed',
    successors: { prefix, ids: next.flatMap(({ id }) => id ?? []), suffix },
    reason: why === undefined ? 'its successor comes first' : block.reason,
    fields: block.fields.length > 0 ? block.fields : inputViews(made, schemas.get(block.type), unit),
  }
}
