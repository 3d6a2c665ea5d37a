import type { Pair, ParsedNode, Scalar as YamlScalar, YAMLMap, YAMLSeq } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Scalar, Span } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { SourceFile } from '../source.ts'
import { sourceLimits } from '../source.ts'
import type { Entry, Node, ScalarNode, Style } from '../tree.ts'
import { didYouMean, quote } from '../wording.ts'
import { findForbidden } from './forbidden.ts'
import { Measures } from './measures.ts'

/** The library's nodes as our tree: keys are texts and unique, aliases are followed, numbers are exact. */
export const convert = (contents: ParsedNode, source: SourceFile, problems: Problems): Node | null =>
  new Conversion(source, problems).node(contents, 1)

class Conversion {
  readonly #source: SourceFile
  readonly #problems: Problems
  /** Anchors in order of the file; `null` while the anchor's own value is being read. */
  readonly #anchors = new Map<string, Node | null>()
  readonly #measures = new Measures()
  #aliased = 0

  constructor(source: SourceFile, problems: Problems) {
    this.#source = source
    this.#problems = problems
  }

  node(from: ParsedNode, depth: number): Node | null {
    if (isAlias(from)) return this.#alias(from.source, this.#span(from), depth)
    const anchor = from.anchor
    if (anchor !== undefined) this.#anchors.set(anchor, null)
    const node = isMap(from) ? this.#map(from, depth) : isSeq(from) ? this.#list(from, depth) : this.#scalar(from)
    if (anchor !== undefined && node !== null) this.#anchors.set(anchor, node)
    return node
  }

  #alias(name: string, span: Span, depth: number): Node | null {
    const target = this.#anchors.get(name)
    if (target === undefined || target === null) {
      const what =
        target === null ? `The alias ${quote(name)} lies inside what it repeats.` : `No anchor ${quote(name)} stands before this place.`
      this.#problems.error('FORGE1006', span, () => what + didYouMean(name, this.#anchors.keys()))
      return null
    }
    const { weight, height } = this.#measures.of(target)
    this.#aliased += weight
    if (this.#aliased > sourceLimits.aliasedValues) {
      if (this.#aliased - weight <= sourceLimits.aliasedValues)
        this.#problems.error(
          'FORGE1006',
          span,
          () => `The aliases of this file repeat more than ${sourceLimits.aliasedValues} values. Write fewer of them.`,
        )
      return null
    }
    if (depth + height <= sourceLimits.depth) return target
    this.#problems.error(
      'FORGE1004',
      span,
      () => `With what this alias repeats, the file is nested more than ${sourceLimits.depth} levels deep.`,
    )
    return null
  }

  #list(from: YAMLSeq.Parsed, depth: number): Node {
    const items = from.items.map((item) => this.node(item, depth + 1)).filter((item) => item !== null)
    return { kind: 'list', items, span: this.#span(from) }
  }

  #map(from: YAMLMap.Parsed, depth: number): Node {
    const entries = new Map<string, Entry>()
    for (const pair of from.items) this.#entry(pair, depth, entries)
    return { kind: 'map', entries, span: this.#span(from) }
  }

  #entry(pair: Pair<ParsedNode, ParsedNode | null>, depth: number, entries: Map<string, Entry>): void {
    const keySpan = this.#span(pair.key)
    const key = this.#key(pair.key, keySpan)
    const value = pair.value === null ? this.#empty(keySpan) : this.node(pair.value, depth + 1)
    if (key === null) return
    const first = entries.get(key)
    if (first !== undefined) {
      const related = [{ span: first.keySpan, label: 'first defined here' }]
      this.#problems.error(
        'FORGE1007',
        keySpan,
        () => `The key ${quote(key)} already stands in this map. Remove or rename one of the two.`,
        related,
      )
      return
    }
    entries.set(key, { key, keySpan, value: value ?? this.#empty(keySpan) })
  }

  #key(from: ParsedNode, span: Span): string | null {
    const text = isScalar(from) ? (typeof from.value === 'string' ? from.value : from.source) : undefined
    if (!isScalar(from) || text === undefined || text === '') {
      this.#problems.error('FORGE1008', span, () => 'A key is a text; neither a list nor a map nor nothing can be one.')
      return null
    }
    if (text === '__proto__' || text.startsWith('$')) {
      this.#problems.error('FORGE1008', span, () => `The key ${quote(text)} is reserved. Choose another name.`)
      return null
    }
    return this.#allowed(text, from, span) ? text : null
  }

  #scalar(from: YamlScalar.Parsed): ScalarNode | null {
    const span = this.#span(from)
    const value = this.#value(from.value, span)
    if (value === undefined || (typeof value === 'string' && !this.#allowed(value, from, span))) return null
    return { kind: 'scalar', value, style: styles[from.type ?? 'PLAIN'] ?? 'plain', text: this.#source.text, span }
  }

  #value(value: unknown, span: Span): Scalar | undefined {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN
    if (Number.isFinite(number) && (typeof value === 'number' || Number.isSafeInteger(number))) return number
    this.#problems.error('FORGE1009', span, () => 'This number would lose digits or is none. Put it in quotes if a text is meant.')
    return undefined
  }

  // Without an escape there is nothing in it that the whole text was not searched for.
  #allowed(text: string, { type }: YamlScalar.Parsed, span: Span): boolean {
    if (type !== 'QUOTE_DOUBLE') return true
    const found = findForbidden(text)
    if (found !== null) this.#problems.error('FORGE1003', span, () => `${found.what} stands in this text, written as an escape. Remove it.`)
    return found === null
  }

  #empty(span: Span): ScalarNode {
    return { kind: 'scalar', value: null, style: 'plain', text: this.#source.text, span }
  }

  // The library gives start, end of the value, end of the node; block scalars end after their line break.
  #span(node: ParsedNode): Span {
    return { file: this.#source.file, start: node.range[0], end: Math.max(node.range[0], node.range[1]) }
  }
}

const styles: Readonly<Record<string, Style>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
}
