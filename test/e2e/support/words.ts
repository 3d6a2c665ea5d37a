import type { Row } from './oracle.ts'

/** A message without its frame and its line breaks. */
export const flat = (text: string): string => text.replaceAll(/[\s│╷╵]+/g, ' ')

/** The uid of the object at an address. @throws when there is none. */
export const uidAt = (rows: readonly Row[], address: string): string => {
  const row = rows.find((each) => each.address === address)
  if (row === undefined) throw new Error(`Nothing is at ${address}: ${rows.map((each) => each.address).join(', ')}`)
  return row.uid
}
