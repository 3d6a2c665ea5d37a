import type { Catalogue } from './catalogue.ts'
import { isWholePath, segmentsOf } from './naming.ts'
import { keyOf } from './ref-key.ts'

/** A folder in a configuration. A whole path, as vCenter's tools and forge's outputs write it, would be made below itself once more. */
export const folderSchema = {
  kind: 'string',
  maxLength: 1024,
  pattern: '^(?!/.+/vm(/|$))(?!(.*/)?\\.{1,2}(/|$)).*$',
  patternHint: 'a path below the datacenter’s folder of machines, such as prod/web for /DC0/vm/prod/web, without . and ..',
} as const

/** A folder's path in the words of a configuration: below its datacenter's folder of machines, which itself is `/`. */
export const folderWords = ({ datacenters }: Catalogue, path: string): string => {
  const roots = datacenters.flatMap(({ folders, vmFolder }) => folders.filter(({ ref }) => keyOf(ref) === keyOf(vmFolder)))
  const root = roots.map((each) => wholePath(each.path)).find((each) => path === each || path.startsWith(`${each}/`))
  return root === undefined ? path : path.slice(root.length + 1) || '/'
}

/** Tells which folders a text means: by the words of a configuration, or by their whole path. */
export const folderMeaning = (catalogue: Catalogue, given: string): ((path: string) => boolean) => {
  const names = segmentsOf(given)
  const words = names.join('/') || '/'
  return isWholePath(given) && names.length > 0 ? (path) => path === wholePath(given) : (path) => folderWords(catalogue, path) === words
}

const wholePath = (path: string): string => `/${segmentsOf(path).join('/')}`
