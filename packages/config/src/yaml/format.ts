import type { Document as YamlDocument, ParsedNode, Scalar, ScalarTag, Tags } from 'yaml'
import { CST, isCollection, parseDocument, visit } from 'yaml'
import type { StringifyContext } from 'yaml/util'
import { stringifyString } from 'yaml/util'
import type { Checked } from '@forgeplan/model'
import { bad, good, sameValue } from '@forgeplan/model'
import { Problems } from '../problems.ts'
import type { SourceFile } from '../source.ts'
import type { Node } from '../tree.ts'
import { alignComments } from './align-comments.ts'
import { compose } from './compose.ts'
import { convert } from './convert.ts'
import type { Lexeme } from './lexemes.ts'
import { commentsOf, lexemes, textOf, tidied } from './lexemes.ts'

/**
 * A file in its canonical form: two blanks of indentation, one blank where blanks separate, at most one empty line,
 * LF, one line end at the end. Comments, the order of keys, quotes and line breaks inside of texts stay. Formatting
 * what is formatted changes nothing. Bad YAML is a list of problems.
 */
export const format = (source: SourceFile): Checked<string> => {
  const problems = new Problems()
  const contents = compose(source, problems)
  const value = meaningOf(contents, source, problems)
  if (problems.all().length > 0) return bad(problems.all())
  const tidy = steadied(source.text)
  const first = readAgain({ ...source, text: textOf(tidy) }, problems)
  // A text that never ends may pass as ended where the file ends with it.
  if (problems.all().length > 0) return bad(problems.all())
  if (!sameValue(first.value, value)) return good(source.text)
  return good(settled({ file: source.file, lexemes: tidy, read: first }) ?? textOf(tidy))
}

// Blanks that were part of a text may stand by themselves once others are gone.
const steadied = (text: string): readonly Lexeme[] => {
  let tidy = tidied(lexemes(text))
  for (let round = 0; round < rounds; round++) {
    const next = tidied(lexemes(textOf(tidy)))
    if (textOf(next) === textOf(tidy)) break
    tidy = next
  }
  return tidy
}

/** A text that has been read. */
interface Reading {
  readonly document: YamlDocument.Parsed
  readonly value: unknown
}

interface Draft {
  readonly file: string
  readonly lexemes: readonly Lexeme[]
  readonly read: Reading
}

const meaningOf = (contents: ParsedNode | null, source: SourceFile, problems: Problems): unknown => {
  const node = contents === null ? null : convert(contents, source, problems)
  return node === null ? null : dataOf(node)
}

// Entries as a list, so that their order is part of the meaning.
const dataOf = (node: Node): unknown => {
  if (node.kind === 'list') return node.items.map(dataOf)
  if (node.kind === 'scalar') return { text: node.value }
  return { map: [...node.entries.values()].map(({ key, value }) => [key, dataOf(value)]) }
}

// `compose` has measured the source: no text made from it is deeper.
const readAgain = (source: SourceFile, problems: Problems): Reading => {
  const document = parseDocument(source.text, {
    uniqueKeys: false,
    intAsBigInt: true,
    keepSourceTokens: true,
    customTags,
    logLevel: 'silent',
    prettyErrors: false,
  })
  const [error] = document.errors
  if (error !== undefined)
    problems.error('FORGE1001', { file: source.file, start: 0, end: 0 }, () => 'A text or a list that begins in this file never ends.')
  return { document, value: error === undefined ? meaningOf(document.contents, source, problems) : null }
}

// The library's printer may need two rounds until it agrees with itself, and it moves some comments into places where
// they mean something else; what it makes counts only if it stands still and says the same as before.
const rounds = 4

const settled = (start: Draft): string | null => {
  let draft = start
  for (let round = 0; round < rounds; round++) {
    const text = textOf(draft.lexemes)
    const next = printed(draft)
    const made = textOf(next)
    if (made === text) return sameValue(commentsOf(next), commentsOf(start.lexemes)) ? text : null
    const problems = new Problems()
    const read = readAgain({ file: draft.file, text: made }, problems)
    if (problems.all().length > 0 || !sameValue(read.value, start.read.value)) return null
    draft = { file: draft.file, lexemes: next, read }
  }
  return null
}

const printed = ({ lexemes: before, read: { document } }: Draft): readonly Lexeme[] => {
  const text = textOf(before)
  // A collection in brackets stands on one line, or it needs none.
  visit(document, {
    Collection: (_, node, path) => {
      const inside = path.some((parent) => isCollection(parent) && parent.flow === true)
      const lines = node.range != null && text.slice(node.range[0], node.range[1]).includes('\n')
      if (node.flow === true && !inside && lines && node.items.length > 0) node.flow = false
    },
  })
  const made = lexemes(document.toString({ indent: 2, lineWidth: 0, flowCollectionPadding: true }))
  return alignComments(before, tidied(closeBrackets(made)))
}

// Maps have blanks inside of their braces, lists have none.
const closeBrackets = (all: readonly Lexeme[]): readonly Lexeme[] =>
  all.filter(({ piece }, at) => !(/^ +$/.test(piece) && (all[at - 1]?.piece === '[' || all[at + 1]?.piece === ']')))

// Strings keep their own line breaks, which the library would fold anew, and numbers the digits that were written.
const customTags = (tags: Tags): Tags =>
  tags.map((tag) => {
    if (typeof tag !== 'object' || tag.collection !== undefined) return tag
    if (tag.tag === 'tag:yaml.org,2002:str') return { ...tag, stringify } satisfies ScalarTag
    return tag.tag === 'tag:yaml.org,2002:int' || tag.tag === 'tag:yaml.org,2002:float' ? { ...tag, stringify: digits(tag) } : tag
  })

const digits =
  (tag: ScalarTag): Stringify =>
  (item, ...rest) =>
    item.source ?? tag.stringify?.(item, ...rest) ?? String(item.value)

type Stringify = NonNullable<ScalarTag['stringify']>

const stringify: Stringify = (item: Scalar, ctx, onComment, onChompKeep) =>
  asWritten(item, ctx) ?? stringifyString(item as Parameters<typeof stringifyString>[0], ctx, onComment, onChompKeep)

const asWritten = (item: Scalar, ctx: StringifyContext): string | null => {
  const token: CST.Token | undefined = item.srcToken
  if (!CST.isScalar(token) || ctx.inFlow === true || !token.source.includes('\n')) return null
  if (token.type === 'block-scalar') return item.type === 'BLOCK_FOLDED' && !item.comment ? folded(token, ctx) : null
  const [first = '', ...rest] = token.source.split('\n')
  return [first.trimEnd(), ...rest.map((line) => (line.trim() === '' ? '' : `${ctx.indent}${line.trim()}`))].join('\n')
}

const folded = (token: CST.BlockScalar, ctx: StringifyContext): string | null => {
  const header = token.props.map((prop) => (prop.type === 'block-scalar-header' ? prop.source : '')).join('')
  const lines = token.source.replace(/\n+$/, '').split('\n')
  const margin = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0
  if (!/^>[-]?$/.test(header) || margin === 0) return null
  return [header, ...lines.map((line) => (line.trim() === '' ? '' : `${ctx.indent}${line.slice(margin)}`))].join('\n')
}
