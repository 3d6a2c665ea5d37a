import { createHash } from 'node:crypto'
import type { Address, Lineage, Uid } from '@forgeplan/model'
import { uid } from '@forgeplan/model'

/** SHA-256 of `text` in UTF-8, lower-case hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** The uid of a new object: UUIDv5 (RFC 9562, SHA-1) of `ADDRESS#GENERATION` in the namespace of the lineage. */
export const uidFor = (lineage: Lineage, address: Address, generation: number): Uid => uid(uuidV5(lineage, `${address}#${generation}`))

const uuidV5 = (namespace: string, name: string): string => {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  const bytes = createHash('sha1').update(space).update(name, 'utf8').digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
