import type { Observation, Row } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import type { Hash } from '../context.ts'

/**
 * A digest of what a decision about one object rested on: its row's version and what was seen of it, each for itself.
 * Outputs are left out: an address that a machine got meanwhile changes no decision.
 */
export const basisDigest = (row: Row | undefined, seen: Observation | undefined, hash: Hash): string =>
  [row === undefined ? null : { uid: row.uid, version: row.version }, essence(seen)].map((half) => hash(canonicalJson(half))).join('.')

/** Whether the object looked the same for both digests, whatever was journaled about its row in between. */
export const isSameSight = (one: string, other: string): boolean => sightHalf(one) === sightHalf(other)

const sightHalf = (digest: string): string => digest.slice(digest.indexOf('.') + 1)

const essence = (seen: Observation | undefined): unknown => {
  if (seen === undefined) return null
  switch (seen.kind) {
    case 'present':
      return { kind: seen.kind, id: seen.id, inputs: seen.inputs, status: seen.status.kind }
    case 'pending':
      return { kind: seen.kind, handle: seen.handle }
    case 'absent':
      return { kind: seen.kind }
    case 'detached':
    case 'copy':
    case 'foreign':
      return { kind: seen.kind, id: seen.id }
    case 'unreadable':
      return { kind: seen.kind }
    default:
      return seen satisfies never
  }
}
