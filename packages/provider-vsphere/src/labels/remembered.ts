import type { Given } from '../owner.ts'
import type { VmInputs } from '../vm/vm-type.ts'

/** Which labels and rules of a machine are forge's, as the machine itself remembers. */
export interface Remembered {
  /** Names of custom attributes. */
  readonly attributes: readonly string[]
  /** vSphere tags: what the configuration says, and the tag's id. */
  readonly tags: readonly Given[]
  /** The rule that keeps it apart from the other members of its group: its name, and the reference of its cluster. */
  readonly apart: Given | null
}

export const nothingRemembered: Remembered = { attributes: [], tags: [], apart: null }

/** What is to be remembered once a machine is as wanted. A field that is not mentioned leaves what was remembered. */
export const toRemember = (
  { customAttributes, vsphereTags, antiAffinity }: VmInputs,
  { tags, apart, before }: { readonly tags: readonly Given[]; readonly apart: Given | null; readonly before: Remembered },
): Remembered => ({
  attributes: customAttributes === undefined ? before.attributes : Object.keys(customAttributes),
  tags: vsphereTags === undefined ? before.tags : tags,
  apart: antiAffinity === undefined ? before.apart : apart,
})

/** Whether there is anything to remember; most machines have nothing. */
export const isAnything = ({ attributes, tags, apart }: Remembered): boolean => attributes.length > 0 || tags.length > 0 || apart !== null

/** What is remembered, from a value that anybody may have written; nothing where it cannot be read. */
export const readRemembered = (value: unknown): Remembered => {
  if (typeof value !== 'object' || value === null) return nothingRemembered
  const { attributes, tags, apart } = value as Readonly<Record<string, unknown>>
  return {
    attributes: listOf(attributes).filter((each) => typeof each === 'string'),
    tags: listOf(tags).filter(isGiven),
    apart: isGiven(apart) ? apart : null,
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const isGiven = (value: unknown): value is Given =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string')
