import type { Address, Change, Leaf, PlainMap, ResourceType, Value } from '@forgeplan/model'
import { applyFunction, FunctionError, compareAddress, groupUnit, unitOf } from '@forgeplan/model'
import type { Known } from './diff.ts'

/** An object's outputs, and the names of those that only apply can tell; `late`: it alone can tell any, since it makes or restarts the object. */
export type Noted = { readonly outputs: PlainMap; readonly late: readonly string[] } | 'late'

/**
 * The outputs that planning may rely on: those of objects that stay as they are. The book is filled in order of
 * dependency, so that a unit is compared when what it depends on has been decided.
 */
export class OutputBook {
  readonly #noted = new Map<Address, Noted>()
  readonly #members = new Map<string, Address[]>()

  note(address: Address, noted: Noted): void {
    if (!this.#noted.has(address) && address.startsWith('group.')) this.#membersOf(unitOf(address)).push(address)
    this.#noted.set(address, noted)
  }

  readonly known: Known = (leaf: Leaf): Value | undefined => {
    if (leaf.kind === 'output') return pick(this.#noted.get(leaf.of), leaf.path)
    return leaf.kind === 'members' ? this.#list(leaf) : undefined
  }

  /** `known` once everything is decided: an object that does not exist then never will, and its outputs are null. */
  readonly settled: Known = (leaf: Leaf): Value | undefined =>
    leaf.kind === 'output' && !this.#noted.has(leaf.of) ? null : this.known(leaf)

  #list(leaf: Leaf & { kind: 'members' }): Value | undefined {
    const members = this.#membersOf(groupUnit(leaf.group)).toSorted(compareAddress)
    const values = members.map((member) => pick(this.#noted.get(member), leaf.path))
    return values.some((value) => value === undefined) ? undefined : (values as Value[])
  }

  #membersOf(unit: string): Address[] {
    const members = this.#members.get(unit) ?? []
    this.#members.set(unit, members)
    return members
  }
}

const pick = (noted: Noted | undefined, path: readonly (string | number)[]): Value | undefined => {
  if (noted === undefined || noted === 'late') return undefined
  const { outputs, late } = noted
  if (late.some((name) => path.length === 0 || path[0] === name)) return undefined
  try {
    return applyFunction('get', [outputs, ...path])
  } catch (error) {
    // A standing object without that output: waiting would not bring it.
    if (error instanceof FunctionError) return null
    throw error
  }
}

/** What of an object's outputs outlasts its change: `outputs` are those of before. */
export const notedOf = (change: Change, type: ResourceType, outputs: PlainMap | null): Noted => {
  if (outputs === null || (change.action !== 'keep' && change.action !== 'update')) return 'late'
  const changed = change.action === 'keep' ? [] : change.fields.map(({ field }) => field)
  const late = Object.entries(type.follows ?? {}).flatMap(([name, fields]) =>
    fields.some((field) => changed.includes(field)) ? [name] : [],
  )
  return { outputs, late }
}
