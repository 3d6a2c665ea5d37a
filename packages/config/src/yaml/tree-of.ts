import type { Problems } from '../problems.ts'
import type { SourceFile } from '../source.ts'
import type { MapNode } from '../tree.ts'
import { compose } from './compose.ts'
import { convert } from './convert.ts'

/** The map that a file holds; `null` if it holds nothing, or nothing that can be read. `keys` says which ones it could have. */
export const treeOf = (source: SourceFile, keys: string, problems: Problems): MapNode | null => {
  const contents = compose(source, problems)
  const node = contents === null ? null : convert(contents, source, problems)
  if (node === null || node.kind === 'map') return node
  if (node.kind === 'scalar' && node.value === null) return null
  problems.error('FORGE1014', node.span, () => `A configuration file is a map with keys such as ${keys}.`)
  return null
}
