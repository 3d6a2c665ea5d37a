import type { Problems } from '@forgeplan/config'
import { quote } from '@forgeplan/config'
import { readReference } from '../identity/reference.ts'
import type { Text } from '../read/parts.ts'

/** References that cannot be read are errors; those that may name another image tomorrow are warnings. */
export const checkImages = (texts: readonly Text[], problems: Problems): void => {
  for (const { text, path, node } of texts) {
    const read = readReference(text)
    if (!read.ok) problems.error('FORGE1301', node.span, () => `${path} is ${quote(text)}. ${read.why}`)
    else if (!read.reference.pinned) {
      const { resolved } = read.reference
      problems.warning(
        'FORGE1302',
        node.span,
        () =>
          `${path} means ${quote(resolved)}, which may be another image tomorrow. Name a tag that stays, or a digest: ${quote(`${text.replace(/:latest$/, '')}@sha256:...`)}.`,
      )
    }
  }
}
