import { createHash, createHmac } from 'node:crypto'

/** SHA-256 hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** HMAC-SHA256 hex under the state's key; null where there is no key yet. */
export const keyed = (key: Uint8Array | null, text: string): string | null =>
  key === null ? null : createHmac('sha256', key).update(text).digest('hex')
