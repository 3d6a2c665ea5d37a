import type { Problems } from '@forgeplan/config'
import { quote } from '@forgeplan/config'
import type { Item, Text } from '../read/parts.ts'
import { textAt } from '../read/parts.ts'

/** A name stands once among the services and once among the volumes of all files. */
export const checkUnique = (noun: string, items: readonly Item[], problems: Problems): void => {
  const first = new Map<string, Text>()
  for (const item of items) {
    const name = textAt(item, 'name')
    if (name === undefined) continue
    const before = first.get(name.text)
    if (before === undefined) first.set(name.text, name)
    else {
      const related = [{ span: before.node.span, label: 'first used here' }]
      problems.error(
        'FORGE1303',
        name.node.span,
        () => `A ${noun} ${quote(name.text)} stands already in ${before.node.span.file}. Rename or remove one of the two.`,
        related,
      )
    }
  }
}
