import type { Span } from '@forgeplan/model'
import type { Document } from './document.ts'
import { entriesOf, entryOf, textOf } from './tree.ts'

/** Where each plugin is named first, by the text in `plugin:`. */
export const pluginPlaces = (document: Document, section: 'providers' | 'flavors' | 'images'): ReadonlyMap<string, Span> => {
  const named = entriesOf(entryOf(document.root, section)?.value).flatMap(({ value }) => {
    const plugin = entryOf(value, 'plugin')?.value
    const text = textOf(plugin)
    return plugin === undefined || text === undefined ? [] : [[text, plugin.span] as const]
  })
  // The last one set wins in a map.
  return new Map(named.toReversed())
}
