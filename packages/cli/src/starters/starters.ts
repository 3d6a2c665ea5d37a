import { hyperkit } from './hyperkit.ts'
import { vsphere } from './vsphere.ts'

/** The first configuration for a provider; `stack` fits as a stack's name. */
export type Starter = (stack: string) => string

/** By the provider's plugin name. */
export const starters: Readonly<Record<string, Starter>> = { hyperkit, vsphere }

/** A stack's name out of a folder's: lower case, digits and hyphens, from a letter on. */
export const stackNameFor = (folder: string): string => {
  const plain = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')
  return plain === '' ? 'lab' : plain
}
