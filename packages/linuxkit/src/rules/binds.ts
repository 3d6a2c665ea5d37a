import type { Problems } from '@forgeplan/config'
import { listed, quote } from '@forgeplan/config'
import type { Item, Text } from '../read/parts.ts'
import { isSet, textAt, textsAt } from '../read/parts.ts'
import { suggest } from './suggest.ts'

/** Binds have one colon or two; those of volumes name one that is there, and do not write to one that cannot be written. */
export const checkBinds = (containers: readonly Item[], volumes: readonly Item[], problems: Problems): void => {
  const known = new Map(volumes.flatMap((item) => textAt(item, 'name')?.text ?? []).map((name) => [name, false]))
  for (const item of volumes) if (isSet(item, 'readonly')) known.set(textAt(item, 'name')?.text ?? '', true)
  for (const item of containers)
    for (const bind of [...textsAt(item, 'binds'), ...textsAt(item, 'binds.add')]) checkBind(bind, known, problems)
}

const checkBind = ({ text, path, node }: Text, volumes: ReadonlyMap<string, boolean>, problems: Problems): void => {
  const parts = text.split(':')
  const [source = '', , options = ''] = parts
  if (parts.length < 2 || parts.length > 3) {
    problems.error('FORGE1306', node.span, () => `${path} is ${quote(text)}. Write SOURCE:DESTINATION or SOURCE:DESTINATION:OPTIONS.`)
    return
  }
  if (source.startsWith('/')) return
  const readonly = volumes.get(source)
  if (readonly === undefined)
    problems.error(
      'FORGE1312',
      node.span,
      () => `${path} binds the volume ${quote(source)}, which does not stand under volumes. ${hint(source, [...volumes.keys()])}`,
    )
  else if (readonly && !options.split(',').includes('ro'))
    problems.error('FORGE1312', node.span, () => `${path} binds the volume ${quote(source)} to write to it, and it is readonly. Add :ro.`)
}

const hint = (source: string, known: readonly string[]): string =>
  `There are ${listed(known)}.${suggest(source, known)} A path begins with a slash.`
