import type { Problems } from '@forgeplan/config'
import { quote } from '@forgeplan/config'
import type { Item, Text } from '../read/parts.ts'
import { textAt, textsAt } from '../read/parts.ts'
import { suggest } from './suggest.ts'

/** A uid or gid that is a text is `root`, nothing, or the name of a container. */
export const checkIds = (containers: readonly Item[], files: readonly Item[], problems: Problems): void => {
  const names = new Set(containers.flatMap((item) => textAt(item, 'name')?.text ?? []))
  const candidates = ['root', ...names]
  for (const id of [...containers, ...files].flatMap(idsOf)) {
    if (id.text === '' || id.text === 'root' || names.has(id.text)) continue
    problems.error(
      'FORGE1311',
      id.node.span,
      () => `${id.path} is ${quote(id.text)}, which is neither root nor a container of this image.${adviceFor(id.text, candidates)}`,
    )
  }
}

const adviceFor = (text: string, candidates: readonly string[]): string =>
  /^\d+$/.test(text) ? ' Remove the quotes if a number is meant.' : suggest(text, candidates)

const idsOf = (item: Item): readonly Text[] => [
  ...['uid', 'gid'].flatMap((key) => textAt(item, key) ?? []),
  ...textsAt(item, 'additionalGids'),
]
