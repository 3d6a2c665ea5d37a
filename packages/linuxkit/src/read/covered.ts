import type { SourceFile } from '@forgeplan/config'
import { cover, Problems, treeOf } from '@forgeplan/config'
import { containerSections, itemsOf, textAt, textsAt } from './parts.ts'

/**
 * The texts of files for snippets in diagnostics: what may be secret is covered with `*`, which are the contents of files
 * and the values of environment variables. Lengths and line breaks stay, so spans still fit.
 */
export const coveredTexts = (files: readonly SourceFile[]): ReadonlyMap<string, string> =>
  new Map(
    files.map((source) => {
      const root = treeOf(source, '', new Problems())
      const roots = root === null ? [] : [root]
      const contents = itemsOf(roots, 'files').flatMap((item) => textAt(item, 'contents') ?? [])
      const values = containerSections.flatMap((section) => itemsOf(roots, section).flatMap((item) => textsAt(item, 'env')))
      const spans = [...contents, ...values].map(({ node }) => node.span)
      return [source.file, cover(source.text, spans)] as const
    }),
  )
