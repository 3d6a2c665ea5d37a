import type { Problems } from '@forgeplan/config'
import { quote } from '@forgeplan/config'
import type { Item } from '../read/parts.ts'
import { textsAt } from '../read/parts.ts'

/** A tmpfs is `PATH[:OPTIONS]`. */
export const checkTmpfs = (item: Item, problems: Problems): void => {
  for (const { text, path, node } of textsAt(item, 'tmpfs')) {
    if (text.split(':').length <= 2) continue
    problems.error('FORGE1307', node.span, () => `${path} is ${quote(text)}, with more than one colon. Write PATH:OPTION,OPTION.`)
  }
}
