import type { Address, Row, Value, ValueMap } from '@forgeplan/model'
import { canonicalJson, groupUnit, isKnown, isSensitive, leaves, unitOf } from '@forgeplan/model'
import type { Hash } from './context.ts'

/**
 * Digests of what the late fields of the object at `address` came to. Left out: fields that hold a secret, and those
 * that mention the object's own group, whose members come and go without their changes being each other's.
 */
export const lateDigests = (address: Address, inputs: ValueMap, came: ValueMap, hash: Hash): Row['resolved'] =>
  Object.fromEntries(
    Object.entries(inputs)
      .filter(([field, value]) => !isKnown(value) && !isSensitive(value) && !mentionsPeers(address, value) && Object.hasOwn(came, field))
      .map(([field]) => [field, hash(canonicalJson(came[field]))]),
  )

const mentionsPeers = (address: Address, value: Value): boolean => {
  const own = unitOf(address)
  for (const leaf of leaves(value)) {
    if (leaf.kind === 'output' && unitOf(leaf.of) === own) return true
    if (leaf.kind === 'members' && groupUnit(leaf.group) === own) return true
  }
  return false
}

/** Whether the late field came to this very value when it was last applied. */
export const isResolvedTo = (row: Row, field: string, value: Value | undefined, hash: Hash): boolean =>
  Object.hasOwn(row.resolved, field) && row.resolved[field] === hash(canonicalJson(value))
