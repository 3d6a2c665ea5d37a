import type { CST, Document as YamlDocument, ParsedNode, YAMLError } from 'yaml'
import { Composer, Lexer, Parser } from 'yaml'
import type { Span } from '@forgeplan/model'
import type { Problems } from '../problems.ts'
import type { SourceFile } from '../source.ts'
import { sourceLimits } from '../source.ts'
import { findForbidden } from './forbidden.ts'
import { hintFor } from './hints.ts'

const options = {
  // The library's check takes quadratic time; the conversion to our tree finds duplicates by itself.
  uniqueKeys: false,
  intAsBigInt: true,
  schema: 'core',
  version: '1.2',
  logLevel: 'silent',
  prettyErrors: false,
} as const

/** Text to the nodes of its one YAML document; `null` when it has problems or holds nothing. */
export const compose = (source: SourceFile, problems: Problems): ParsedNode | null => {
  if (!acceptsText(source, problems)) return null
  const tokens = tokensOf(source, problems)
  if (tokens === null) return null
  const documents = [...new Composer(options).compose(tokens)]
  const broken = firstError(documents)
  if (broken !== undefined) {
    reportSyntax(broken, source, problems)
    return null
  }
  const usable = documents.map((document) => acceptsDocument(document, source, problems))
  const second = documents[1]
  if (second !== undefined) {
    const span = spanAt(source, second.range[0], second.range[0])
    problems.error('FORGE1005', span, () => 'A second YAML document begins here. Put it into a file of its own in the same folder.')
  }
  return usable.every(Boolean) ? (documents[0]?.contents ?? null) : null
}

const acceptsText = (source: SourceFile, problems: Problems): boolean => {
  if (source.text.length > sourceLimits.textLength) {
    const size = `The file has ${source.text.length} characters; ${sourceLimits.textLength} are allowed.`
    problems.error('FORGE1002', spanAt(source, 0, 0), () => `${size} Split it, or read long texts with file("path").`)
    return false
  }
  const found = findForbidden(source.text)
  if (found === null) return true
  const detail = `${found.what} stands here. Remove it; a configuration is text in UTF-8.`
  problems.error('FORGE1003', spanAt(source, found.at, found.at + 1), () => detail)
  return false
}

// The composer is recursive and dies with the whole process on deep input (V8 cannot compile a regular expression with
// the last of its stack), so depth is measured while the parser, which is not recursive, takes in token by token.
const tokensOf = (source: SourceFile, problems: Problems): readonly CST.Token[] | null => {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > sourceLimits.depth + 2) {
      const detail = `More than ${sourceLimits.depth} maps and lists stand inside one another here. Flatten the configuration.`
      problems.error('FORGE1004', spanAt(source, parser.offset - lexeme.length, parser.offset), () => detail)
      return null
    }
  }
  tokens.push(...parser.end())
  return tokens
}

// One slip makes the library complain about all that follows: only the first complaint is sure to be none of its consequences.
const firstError = (documents: readonly YamlDocument.Parsed[]): YAMLError | undefined =>
  documents.flatMap(({ errors }): readonly YAMLError[] => errors).toSorted((a, b) => a.pos[0] - b.pos[0])[0]

const reportSyntax = ({ pos, message, code }: YAMLError, source: SourceFile, problems: Problems): void =>
  problems.error(
    'FORGE1001',
    spanAt(source, pos[0], pos[1]),
    () => `${sentence(message)}${hintFor(code)} What follows in this file was not checked.`,
  )

const acceptsDocument = (document: YamlDocument.Parsed, source: SourceFile, problems: Problems): boolean => {
  for (const { pos } of document.warnings)
    problems.error(
      'FORGE1010',
      spanAt(source, pos[0], pos[1]),
      () => 'This tag has no meaning here. Remove it; a value in quotes is a text.',
    )
  const version = document.directives.yaml
  if (version.explicit === true && version.version !== '1.2')
    problems.error(
      'FORGE1010',
      spanAt(source, 0, 0),
      () => 'The file asks for YAML 1.1, where yes and no mean true and false. Remove %YAML.',
    )
  return document.warnings.length === 0
}

// The library repeats the source behind a colon, which may hold a secret; the snippet shows the place anyway.
const sentence = (message: string): string => {
  const words = message.replace(/:\s*["'`].*$/s, '')
  return /[.!?]$/.test(words) ? words : `${words}.`
}

// The library may point behind the end of the text.
const spanAt = ({ file, text }: SourceFile, start: number, end: number): Span => {
  const from = Math.min(start, text.length)
  return { file, start: from, end: Math.max(from, Math.min(end, text.length)) }
}
