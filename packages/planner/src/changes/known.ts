import type { Address, Change, Leaf, PlainMap, Value } from '@forgeplan/model'
import { applyFunction, FunctionError, compareAddress, groupUnit, unitOf } from '@forgeplan/model'
import type { Known } from './diff.ts'

/**
 * The outputs that planning may rely on: those of objects that stay as they are. The book is filled in order of
 * dependency, so that a unit is compared when what it depends on has been decided.
 */
export class OutputBook {
  readonly #outputs = new Map<Address, PlainMap | null>()
  readonly #members = new Map<string, Address[]>()

  /** `outputs` null: this plan makes or restarts the object, so only apply can tell. */
  note(address: Address, outputs: PlainMap | null): void {
    if (!this.#outputs.has(address) && address.startsWith('group.')) this.#membersOf(unitOf(address)).push(address)
    this.#outputs.set(address, outputs)
  }

  readonly known: Known = (leaf: Leaf): Value | undefined => {
    if (leaf.kind === 'output') return pick(this.#outputs.get(leaf.of), leaf.path)
    return leaf.kind === 'members' ? this.#list(leaf) : undefined
  }

  /** `known` once everything is decided: an object that does not exist then never will, and its outputs are null. */
  readonly settled: Known = (leaf: Leaf): Value | undefined =>
    leaf.kind === 'output' && !this.#outputs.has(leaf.of) ? null : this.known(leaf)

  #list(leaf: Leaf & { kind: 'members' }): Value | undefined {
    const members = this.#membersOf(groupUnit(leaf.group)).toSorted(compareAddress)
    const values = members.map((member) => pick(this.#outputs.get(member), leaf.path))
    return values.some((value) => value === undefined) ? undefined : (values as Value[])
  }

  #membersOf(unit: string): Address[] {
    const members = this.#members.get(unit) ?? []
    this.#members.set(unit, members)
    return members
  }
}

const pick = (outputs: PlainMap | null | undefined, path: readonly (string | number)[]): Value | undefined => {
  if (outputs === null || outputs === undefined) return undefined
  try {
    return applyFunction('get', [outputs, ...path])
  } catch (error) {
    // A standing object without that output: waiting would not bring it.
    if (error instanceof FunctionError) return null
    throw error
  }
}

/** Whether an object's outputs survive its change. */
export const keepsOutputs = (change: Change): boolean => change.action === 'keep' || change.action === 'update'
