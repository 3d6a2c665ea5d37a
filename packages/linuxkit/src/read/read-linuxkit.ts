import type { MapNode, SourceFile } from '@forgeplan/config'
import { decodePlain, Problems, treeOf } from '@forgeplan/config'
import type { Checked, PlainMap } from '@forgeplan/model'
import { bad, checked } from '@forgeplan/model'
import type { LocalFile } from '../identity/local-files.ts'
import { localFiles } from '../identity/local-files.ts'
import type { ImageReference } from '../identity/references.ts'
import { imageReferences, imageTexts } from '../identity/references.ts'
import { checkRules } from '../rules/check-rules.ts'
import { rootShape } from '../schema/root.ts'
import { imageOf } from './image-of.ts'
import { merge } from './merge.ts'
import type { Image } from './types.ts'

/** LinuxKit YAML files, read and checked. */
export interface LinuxkitDocument {
  readonly files: readonly SourceFile[]
  /** All files as one. */
  readonly image: Image
  readonly references: readonly ImageReference[]
  readonly localFiles: readonly LocalFile[]
}

/** Texts to what they mean, merged in the order given, or all that is wrong with them. Never throws on input. */
export const readLinuxkit = (files: readonly SourceFile[]): Checked<LinuxkitDocument> => {
  const problems = new Problems()
  if (files.length === 0) {
    problems.error('FORGE1011', undefined, () => 'No LinuxKit YAML was given. Name at least one.')
    return bad(problems.all())
  }
  const roots = files.map((file) => treeOf(file, 'kernel, init and services', problems) ?? emptyRoot(file))
  const values = roots.map((root) => decodePlain(rootShape, root, { path: '', at: root.span }, problems) as PlainMap)
  const images = imageTexts(roots)
  checkRules(roots, images, problems)
  return checked(
    () => ({ files, image: merge(values.map(imageOf)), references: imageReferences(images), localFiles: localFiles(roots) }),
    problems.all(),
  )
}

const emptyRoot = ({ file }: SourceFile): MapNode => ({ kind: 'map', entries: new Map(), span: { file, start: 0, end: 0 } })
