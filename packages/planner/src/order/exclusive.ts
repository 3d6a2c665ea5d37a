import type { Address, Catalog, Change, Diagnostic, ResourceType, Row, TypeName, ValueMap } from '@forgeplan/model'
import { canonicalJson, findType, isKnown } from '@forgeplan/model'
import type { StepRequest } from './chain.ts'
import type { Wanted } from '../members/instantiate.ts'

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
export const exclusiveFlow = (changes: readonly Change[], rows: ReadonlyMap<Address, Row>, catalog: Catalog): StepRequest['exclusive'] => {
  const freed = new Map<Address, readonly string[]>()
  const taken = new Map<Address, readonly string[]>()
  for (const change of changes) {
    const row = rows.get(change.address)
    const type = typeOf(catalog, change.type)
    if (type?.exclusive === undefined) continue
    if (row !== undefined && (change.action === 'delete' || change.action === 'replace'))
      freed.set(change.address, keysOf(type, row.inputs, ''))
    if ('inputs' in change) taken.set(change.address, keysOf(type, change.inputs, ''))
  }
  return { freed, taken }
}

const typeOf = (catalog: Catalog, name: TypeName): ResourceType | undefined => findType(catalog, name)

const keysOf = (type: ResourceType, inputs: ValueMap, scope: string): readonly string[] =>
  (type.exclusive ?? []).flatMap((field) => {
    const value = inputs[field]
    return value === undefined || value === null || !isKnown(value) ? [] : [canonicalJson([scope, type.name, field, value])]
  })

const clash = (first: Address, second: Address, key: string): Diagnostic => {
  const [, , field] = JSON.parse(key) as [string, string, string]
  return {
    severity: 'error',
    code: 'FORGE3007',
    summary: 'Two objects cannot hold the same value',
    detail: `${first} and ${second} both want the same value in "${field}", which only one object may hold at a time. Give each its own, for example \${var.base + member.ordinal}.`,
    address: second,
  }
}
