import type { Address, Catalog, Change, Diagnostic, ResourceType, Row, TypeName, ValueMap } from '@forgeplan/model'
import { canonicalJson, compareAddress, findType, isKnown } from '@forgeplan/model'
import type { Wanted } from './instantiate.ts'

/** Fields that two objects may not hold at once: what each address gives up and takes, as canonical keys. */
export interface ExclusiveFlow {
  readonly freed: ReadonlyMap<Address, readonly string[]>
  readonly taken: ReadonlyMap<Address, readonly string[]>
}

/** Two wanted objects that claim the same value of an exclusive field. */
export const exclusiveProblems = (wanted: Iterable<Wanted>): readonly Diagnostic[] => {
  const holders = new Map<string, Address>()
  const problems: Diagnostic[] = []
  for (const { address, type, inputs, unit } of wanted)
    for (const key of keysOf(type, inputs, unit.provider)) {
      const other = holders.get(key)
      if (other !== undefined) problems.push(clash(other, address, key))
      else holders.set(key, address)
    }
  return problems
}

/** What each change gives up and takes, so that the taker can wait. */
export const exclusiveFlow = (changes: readonly Change[], rows: ReadonlyMap<Address, Row>, catalog: Catalog): ExclusiveFlow => {
  const freed = new Map<Address, readonly string[]>()
  const taken = new Map<Address, readonly string[]>()
  for (const change of changes) {
    const row = rows.get(change.address)
    const type = typeOf(catalog, change.type)
    if (type?.exclusive === undefined) continue
    const before = row === undefined ? [] : keysOf(type, row.inputs, '')
    const after = 'inputs' in change ? keysOf(type, change.inputs, '') : []
    const goes = change.action === 'delete' || change.action === 'replace'
    freed.set(change.address, goes ? before : isInPlace(change) ? before.filter((key) => !after.includes(key)) : [])
    taken.set(change.address, goes ? after : after.filter((key) => !before.includes(key)))
  }
  return { freed, taken }
}

const isInPlace = ({ action }: Change): boolean => action === 'update' || action === 'restart'

/** Standing objects that would trade values in a circle: none can take its own before another has given it up. */
export const exclusiveTrades = (changes: readonly Change[], { freed, taken }: ExclusiveFlow): readonly Diagnostic[] => {
  const standing = new Set(changes.filter(isInPlace).map(({ address }) => address))
  const holders = new Map(
    [...freed].flatMap(([address, keys]) => (standing.has(address) ? keys.map((key) => [key, address] as const) : [])),
  )
  const members = [...standing].filter((address) => isInCircle(address, holders, taken)).toSorted(compareAddress)
  const [key] = taken.get(members[0] as Address) ?? []
  return key === undefined ? [] : [trade(members, key)]
}

const isInCircle = (start: Address, holders: ReadonlyMap<string, Address>, taken: ExclusiveFlow['taken']): boolean => {
  const reached = new Set<Address>()
  const queue: Address[] = [start]
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const key of taken.get(at) ?? []) {
      const holder = holders.get(key)
      if (holder === undefined || holder === at || reached.has(holder)) continue
      reached.add(holder)
      queue.push(holder)
    }
  return reached.has(start)
}

const trade = (members: readonly Address[], key: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3007',
  summary: 'Two objects cannot hold the same value',
  detail: `${members.join(' and ')} would trade their values in "${fieldOf(key)}", and none of them can take its new one before another has given it up. Give one of them a free value first and apply that, or make it anew with --replace ${members[0]}.`,
  ...(members[0] === undefined ? {} : { address: members[0] }),
})

/** Successors that need what those they succeed still hold, and rolled members that would trade across waves. */
export const rollClashes = (
  changes: readonly Change[],
  { freed, taken }: ExclusiveFlow,
  waveOf: (address: Address) => number | undefined,
): readonly Diagnostic[] => {
  const holders = new Map([...freed].flatMap(([address, keys]) => keys.map((key) => [key, address] as const)))
  const successors = new Set(
    changes.flatMap((change) => ('reason' in change && change.reason.kind === 'successor-of' ? [change.address] : [])),
  )
  const goers = new Set(changes.flatMap((change) => ('reason' in change && change.reason.kind === 'succeeded-by' ? [change.address] : [])))
  return changes.flatMap(({ address }) =>
    (taken.get(address) ?? []).flatMap((key): readonly Diagnostic[] => {
      const holder = holders.get(key)
      const [own, other] = [waveOf(address), holder === undefined ? undefined : waveOf(holder)]
      if (holder === undefined || holder === address || own === undefined || other === undefined) return []
      if (successors.has(address) && goers.has(holder)) return [successorClash(address, holder, key)]
      return other > own ? [trade([address, holder], key)] : []
    }),
  )
}

const successorClash = (address: Address, holder: Address, key: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3007',
  summary: 'Two objects cannot hold the same value',
  detail: `${address} would come before ${holder} goes, and both hold the same value in "${fieldOf(key)}". Use update.order: delete-first, or give each member its own, for example \${var.base + member.ordinal}.`,
  address,
})

const fieldOf = (key: string): string => (JSON.parse(key) as [string, string, string])[2]

const typeOf = (catalog: Catalog, name: TypeName): ResourceType | undefined => findType(catalog, name)

const keysOf = (type: ResourceType, inputs: ValueMap, scope: string): readonly string[] =>
  (type.exclusive ?? []).flatMap((field) => {
    const value = inputs[field]
    return value === undefined || value === null || !isKnown(value) ? [] : [canonicalJson([scope, type.name, field, value])]
  })

const clash = (first: Address, second: Address, key: string): Diagnostic => {
  return {
    severity: 'error',
    code: 'FORGE3007',
    summary: 'Two objects cannot hold the same value',
    detail: `${first} and ${second} both want the same value in "${fieldOf(key)}", which only one object may hold at a time. Give each its own, for example \${var.base + member.ordinal}.`,
    address: second,
  }
}
