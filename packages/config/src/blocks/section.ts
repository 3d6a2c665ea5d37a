import type { Problems } from '../problems.ts'
import type { Entry, MapNode } from '../tree.ts'
import { entriesOf, entryOf } from '../tree.ts'
import { nounOf } from '../values/nouns.ts'
import { quote } from '../wording.ts'

/** The named blocks of a top-level key whose names match; anything else is reported. */
export const namedBlocks = (root: MapNode, key: string, pattern: RegExp, problems: Problems): readonly Entry[] => {
  const section = entryOf(root, key)
  if (section === undefined) return []
  if (section.value.kind !== 'map') {
    problems.error('FORGE1014', section.keySpan, () => `${key} is a map from names to blocks, but ${nounOf(section.value)} stands here.`)
    return []
  }
  return entriesOf(section.value).filter((entry) => acceptsName(entry, pattern, problems))
}

const acceptsName = (entry: Entry, pattern: RegExp, problems: Problems): boolean => {
  if (pattern.test(entry.key)) return true
  const rule = 'Use 1 to 63 lower-case letters, digits and hyphens, beginning with a letter.'
  const wide = 'Use 1 to 63 letters, digits, underscores and hyphens, beginning with a letter.'
  const isWide = pattern.test('A')
  problems.error('FORGE1016', entry.keySpan, () => `${quote(entry.key)} cannot be a name here. ${isWide ? wide : rule}`)
  return false
}

/** The block's map; anything else is reported. */
export const blockOf = (entry: Entry, path: string, problems: Problems): MapNode | undefined => {
  if (entry.value.kind === 'map') return entry.value
  problems.error('FORGE1014', entry.keySpan, () => `${path} is a map of keys, but ${nounOf(entry.value)} stands here.`)
  return undefined
}
