import type { Diagnostic } from '@forgeplan/model'
import { escapedLines, escapeText } from './escape.ts'
import type { FoldedDiagnostic } from './fold-diagnostics.ts'
import { foldDiagnostics } from './fold-diagnostics.ts'
import type { TextOptions } from './lines.ts'
import type { Style } from './palette.ts'
import { paint } from './palette.ts'
import { snippetLines } from './snippet.ts'
import type { Source } from './source-place.ts'
import { placeText, toSource } from './source-place.ts'
import { wrap } from './width.ts'

/** Problems in boxes with a rule at the left, each with its source line; `sources` holds texts by file name. */
export const diagnosticsText = (diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>, options: TextOptions): string => {
  const lookUp = indexed(sources)
  return foldDiagnostics(diagnostics)
    .map((folded) => boxText(folded, lookUp, options))
    .join('\n')
}

type LookUp = (file: string) => Source | undefined

// Each file's lines are found once, however many problems it has.
const indexed = (sources: ReadonlyMap<string, string>): LookUp => {
  const known = new Map<string, Source>()
  return (file) => {
    const text = sources.get(file)
    if (text === undefined) return undefined
    const source = known.get(file) ?? toSource(text)
    known.set(file, source)
    return source
  }
}

const boxText = ({ diagnostic, others }: FoldedDiagnostic, lookUp: LookUp, options: TextOptions): string => {
  const { severity, summary, code } = diagnostic
  const style: Style = severity === 'error' ? 'danger' : 'warn'
  const width = options.width - 2
  const fold = (text: string): readonly string[] => wrap(text, width, width)
  const body = [
    ...fold(`${severity === 'error' ? 'Error' : 'Warning'}: ${escapeText(summary)}  (${code})`).map((line) =>
      paint(line, 'bold', options.color),
    ),
    ...placeLines(diagnostic, lookUp, width),
    '',
    ...escapedLines(diagnostic.detail).flatMap(fold),
    ...relatedLines(diagnostic, lookUp, width),
    ...otherLines(others, lookUp).flatMap(fold),
  ]
  const rule = (char: string): string => paint(char, style, options.color)
  return [rule('\u2577'), ...body.map((line) => `${rule('\u2502')} ${line}`.trimEnd()), rule('\u2575'), ''].join('\n')
}

const placeLines = ({ span, address }: Diagnostic, lookUp: LookUp, width: number): readonly string[] => {
  const at = address === undefined ? '' : `in ${escapeText(address)}`
  if (span === undefined) return at === '' ? [] : ['', `  ${at}`]
  const source = lookUp(span.file)
  const place = `  on ${escapeText(placeText(span, source))}${at === '' ? '' : `, ${at}`}:`
  return [
    '',
    ...wrap(place, width, width),
    ...(source === undefined ? [] : snippetLines(source, span, width - 2).map((line) => `  ${line}`)),
  ]
}

const relatedLines = ({ related }: Diagnostic, lookUp: LookUp, width: number): readonly string[] =>
  (related ?? []).flatMap(({ span, label }) => {
    const source = lookUp(span.file)
    const head = `  ${escapeText(placeText(span, source))}: ${escapeText(label)}`
    return [
      '',
      ...wrap(head, width, width),
      ...(source === undefined ? [] : snippetLines(source, span, width - 2).map((line) => `  ${line}`)),
    ]
  })

const placesShown = 5

const otherLines = (others: readonly Diagnostic[], lookUp: LookUp): readonly string[] => {
  if (others.length === 0) return []
  const places = others.flatMap(({ address, span }) => {
    const place = address ?? (span === undefined ? undefined : placeText(span, lookUp(span.file)))
    return place === undefined ? [] : [escapeText(place)]
  })
  const shown = [...new Set(places)]
  const named = shown.length === 0 ? '' : `: ${shown.slice(0, placesShown).join(', ')}${shown.length > placesShown ? ', ...' : ''}`
  return ['', `(and ${others.length} more like it${named})`]
}
