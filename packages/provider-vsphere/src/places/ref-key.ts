import type { Ref } from '@forgeplan/vsphere-soap'

/** A reference as the key of a map. */
export const keyOf = ({ type, value }: Ref): string => `${type}:${value}`
