import type { Problems } from '@forgeplan/config'
import { entryOf, headOf } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { isSet, textAt } from '../read/parts.ts'
import { checkOctal } from './octal.ts'

/** A file has a path, an octal mode, and one origin. */
export const checkFiles = (files: readonly Item[], problems: Problems): void => {
  for (const item of files) {
    checkOctal(textAt(item, 'mode'), problems)
    if (textAt(item, 'path')?.text === '') problems.error('FORGE1313', headOf(item.node), () => `${item.path}.path is empty.`)
    const why = fault(item)
    if (why !== undefined) problems.error('FORGE1313', headOf(item.node), () => `${item.path} ${why}`)
  }
}

const fault = (item: Item): string | undefined => {
  // An empty content is a content; an empty source is none.
  const hasContents = entryOf(item.node, 'contents') !== undefined
  const [isDirectory, isLink] = [isSet(item, 'directory'), has(item, 'symlink')]
  const made = [isDirectory ? 'directory' : '', isLink ? 'symlink' : '', hasContents ? 'contents' : '']
  const copied = [has(item, 'source') ? 'source' : '', has(item, 'metadata') ? 'metadata' : '']
  const origins = [...made, ...copied].filter((name) => name !== '')
  if (origins.length === 0) return 'has no origin. Add contents, source, metadata, symlink, or directory: true.'
  return origins.length === 1 ? undefined : `has ${origins.join(' and ')}. Keep one of them.`
}

const has = (item: Item, key: string): boolean => (textAt(item, key)?.text ?? '') !== ''
