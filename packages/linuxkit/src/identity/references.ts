import type { MapNode } from '@forgeplan/config'
import { entryOf } from '@forgeplan/config'
import type { Span } from '@forgeplan/model'
import type { Text } from '../read/parts.ts'
import { asText, containerSections, itemsOf, textAt, textsAt } from '../read/parts.ts'
import type { Reference } from './reference.ts'
import { readReference } from './reference.ts'

/** An image that a LinuxKit YAML names. */
export interface ImageReference {
  /** `kernel.image`, `init[0]`, `services[2].image`: the place in its own file. */
  readonly path: string
  readonly written: string
  readonly reference: Reference
  readonly span: Span
}

/** Every text that names an image, in the order of files and sections; of several kernels all. */
export const imageTexts = (roots: readonly MapNode[]): readonly Text[] => [
  ...roots.flatMap((root) => filled(kernelText(root))),
  ...roots.flatMap((root) => textsAt({ node: root, path: '' }, 'init').map((text) => ({ ...text, path: text.path.slice(1) }))),
  ...containerSections.flatMap((section) => itemsOf(roots, section).flatMap((item) => textAt(item, 'image') ?? [])),
  ...itemsOf(roots, 'volumes').flatMap((item) => filled(textAt(item, 'image'))),
]

/** The references that the build resolves; of several kernels the last, which is the one that counts. */
export const imageReferences = (texts: readonly Text[]): readonly ImageReference[] => {
  const kernels = texts.filter(({ path }) => path === 'kernel.image')
  const unused = new Set(kernels.slice(0, -1).map(({ node }) => node))
  return texts
    .filter(({ node }) => !unused.has(node))
    .flatMap(({ path, text, node }) => {
      const read = readReference(text)
      return read.ok ? [{ path, written: text, reference: read.reference, span: node.span }] : []
    })
}

const kernelText = (root: MapNode): Text | undefined => asText(entryOf(entryOf(root, 'kernel')?.value, 'image')?.value, 'kernel.image')

// An empty image of a kernel or volume is as none.
const filled = (text: Text | undefined): readonly Text[] => (text === undefined || text.text === '' ? [] : [text])
