import type { Ref, Seen } from '@forgeplan/vsphere-soap'
import { isRef } from '@forgeplan/vsphere-soap'

/** A property that is text; undefined where it is unset, may not be read or is something else. */
export const textOf = (seen: Seen, path: string): string | undefined => {
  const value = seen.properties.get(path)
  return typeof value === 'string' ? value : undefined
}

/** A property that is a reference; undefined as in `textOf`. */
export const refOf = (seen: Seen, path: string): Ref | undefined => {
  const value = seen.properties.get(path)
  return isRef(value) ? value : undefined
}

/** A property that is a list of references; undefined as in `textOf`. */
export const refsOf = (seen: Seen, path: string): readonly Ref[] | undefined => {
  const value = seen.properties.get(path)
  return Array.isArray(value) ? value.filter(isRef) : undefined
}

/** A number of bytes; undefined as in `textOf`. Above 2^53 the last digits do not matter. */
export const bytesOf = (seen: Seen, path: string): number | undefined => {
  const value = seen.properties.get(path)
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}
