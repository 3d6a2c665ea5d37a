import type { Address } from './address.ts'
import { parseAddress } from './address.ts'
import type { Lineage, StackName, Uid } from './ids.ts'
import { isUuid, lineage, stackName, uid } from './ids.ts'

/**
 * What forge writes on an object it made, where the object's guest cannot write. It counts only if `uid` equals the
 * object's own identity; on any other object it is a copy's.
 */
export interface Mark {
  readonly lineage: Lineage
  readonly stack: StackName
  readonly uid: Uid
  /** A hint: the address when the mark was written. */
  readonly address: Address
  readonly generation: number
  /** SHA-256 hex over the canonical JSON of the inputs, late values as their expressions. */
  readonly specDigest: string
}

/** Reads a mark from data that anybody may have written; `undefined` if it is not exactly one. */
export const parseMark = (input: unknown): Mark | undefined => {
  if (typeof input !== 'object' || input === null) return undefined
  const { lineage: line, stack, uid: id, address, generation, specDigest } = input as Record<string, unknown>
  if (!isUuid(line) || typeof id !== 'string' || id.length === 0 || id.length > 256) return undefined
  if (typeof stack !== 'string' || !/^[a-z][a-z0-9-]{0,62}(\/[a-z0-9][a-z0-9-]{0,62})?$/.test(stack)) return undefined
  const at = typeof address === 'string' ? parseAddress(address) : undefined
  if (at === undefined || !Number.isSafeInteger(generation) || (generation as number) < 0) return undefined
  if (typeof specDigest !== 'string' || !/^[0-9a-f]{64}$/.test(specDigest)) return undefined
  return { lineage: lineage(line), stack: stackName(stack), uid: uid(id), address: at, generation: generation as number, specDigest }
}
