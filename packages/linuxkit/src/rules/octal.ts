import type { Problems } from '@forgeplan/config'
import { quote } from '@forgeplan/config'
import type { Text } from '../read/parts.ts'

/** A mode is octal digits that fit into 31 bits; an empty one is none. */
export const checkOctal = (mode: Text | undefined, problems: Problems): void => {
  if (mode === undefined || mode.text === '') return
  if (/^[0-7]{1,20}$/.test(mode.text) && Number.parseInt(mode.text, 8) < 2 ** 31) return
  problems.error('FORGE1310', mode.node.span, () => `${mode.path} is ${quote(mode.text)}. Write octal digits in quotes, such as "0644".`)
}
