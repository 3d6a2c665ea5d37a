import type { Problems } from '@forgeplan/config'
import { didYouMean, quote } from '@forgeplan/config'
import type { Item, Text } from '../read/parts.ts'
import { textAt, textsAt } from '../read/parts.ts'

/** A uid or gid that is a text is `root`, nothing, or the name of a container. */
export const checkIds = (containers: readonly Item[], files: readonly Item[], problems: Problems): void => {
  const names = new Set(containers.flatMap((item) => textAt(item, 'name')?.text ?? []))
  for (const id of [...containers, ...files].flatMap(idsOf)) {
    if (id.text === '' || id.text === 'root' || names.has(id.text)) continue
    const number = /^\d+$/.test(id.text) ? ' Remove the quotes if a number is meant.' : didYouMean(id.text, [...names, 'root'])
    problems.error(
      'FORGE1311',
      id.node.span,
      () => `${id.path} is ${quote(id.text)}, which is neither root nor a container of this image.${number}`,
    )
  }
}

const idsOf = (item: Item): readonly Text[] => [
  ...['uid', 'gid'].flatMap((key) => textAt(item, key) ?? []),
  ...textsAt(item, 'additionalGids'),
]
