import type { MapNode } from '@forgeplan/config'
import type { Span } from '@forgeplan/model'
import { isSet, itemsOf, textAt } from '../read/parts.ts'

/** A file of the building machine that goes into the image. */
export interface LocalFile {
  /** As written; relative to where linuxkit is run, and to the home directory if `inHome`. */
  readonly source: string
  /** `source` begins with `~/`. */
  readonly inHome: boolean
  /** The image is built without it if it is not there. */
  readonly optional: boolean
  readonly span: Span
}

/** The files that `files[].source` names, in order. */
export const localFiles = (roots: readonly MapNode[]): readonly LocalFile[] =>
  itemsOf(roots, 'files').flatMap((item) => {
    const source = textAt(item, 'source')
    if (source === undefined || source.text === '') return []
    return [{ source: source.text, inHome: source.text.startsWith('~/'), optional: isSet(item, 'optional'), span: source.node.span }]
  })
