import type { Types } from '../vim/types.ts'
import { derives, structOf } from './schema.ts'
import { isObject } from './shape.ts'

/**
 * Whether a decoded value is of a type, or of one that derives from it. The decoder has checked its fields; this tells
 * which fields it has: `if (isA(device, 'VirtualDisk')) device.capacityInKB`.
 */
export const isA = <Name extends keyof Types>(value: unknown, type: Name): value is Types[Name] => {
  if (!isObject(value) || typeof value['$type'] !== 'string') return false
  const struct = structOf(value['$type'])
  return struct !== null && derives(struct, type)
}
