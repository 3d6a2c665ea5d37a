import type { Plain, Scalar, Span } from '@forgeplan/model'

/** How a scalar is written; `computed` ones come out of an expression and have no text of their own. */
export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'computed'

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: Scalar
  readonly style: Style
  /** The whole file, to find places inside the scalar. */
  readonly text: string
  readonly span: Span
}
export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly span: Span
}
export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly span: Span
}
export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Node
}
/** A value of the configuration that knows where it stands. */
export type Node = ScalarNode | ListNode | MapNode

/** The computed tree of a value that an expression yielded; everything in it stands at `span`. */
export const nodeOf = (value: Plain, span: Span): Node => {
  if (Array.isArray(value)) return { kind: 'list', items: (value as readonly Plain[]).map((item) => nodeOf(item, span)), span }
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: value as Scalar, style: 'computed', text: '', span }
  const entries = Object.entries(value).map(([key, item]) => [key, { key, keySpan: span, value: nodeOf(item as Plain, span) }] as const)
  return { kind: 'map', entries: new Map(entries), span }
}

/** A short place for problems of a whole node: the first key of a map instead of all its lines. */
export const headOf = (node: Node): Span => {
  if (node.kind === 'map') {
    const first = node.entries.values().next()
    return first.done === true ? node.span : first.value.keySpan
  }
  return node.kind === 'list' && node.items[0] !== undefined ? headOf(node.items[0]) : node.span
}

/** The text of a string scalar. */
export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined

/** A map's entry; `undefined` for any other node. */
export const entryOf = (node: Node | undefined, key: string): Entry | undefined =>
  node?.kind === 'map' ? node.entries.get(key) : undefined

export const entriesOf = (node: Node | undefined): readonly Entry[] => (node?.kind === 'map' ? [...node.entries.values()] : [])
