import { canonicalJson, compareText } from '@forgeplan/model'
import { visibleJson } from './escape.ts'

/** Canonical JSON that may be printed anywhere. */
export const jsonLine = (value: unknown): string => visibleJson(canonicalJson(value))

/** The JSON of a list from that of each item. */
export const jsonList = <T>(items: readonly T[], text: (item: T) => string): string => `[${items.map(text).join(',')}]`

/** `jsonLine` of an object with long lists, which are JSON already: made item by item, no more than one item is there as a tree. */
export const jsonObject = (values: Readonly<Record<string, unknown>>, lists: Readonly<Record<string, string>>): string => {
  const small = Object.entries(values).map(([key, value]) => [key, jsonLine(value)] as const)
  const fields = [...small, ...Object.entries(lists)].toSorted(([a], [b]) => compareText(a, b))
  return `{${fields.map(([key, text]) => `${jsonLine(key)}:${text}`).join(',')}}`
}
