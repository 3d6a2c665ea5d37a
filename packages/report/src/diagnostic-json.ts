import type { Diagnostic, PlainMap, Span } from '@forgeplan/model'
import type { Source } from './source-place.ts'
import { lineOf, lineText, placeOf, toSource } from './source-place.ts'

/** A diagnostic in the shape of Terraform's JSON; `range` and `snippet` are there where the source text is. */
export const diagnosticJson = (diagnostic: Diagnostic, sources: ReadonlyMap<string, string>): PlainMap => {
  const { severity, code, summary, detail, span, address, related } = diagnostic
  const spans = (related ?? []).map((item) => ({ label: item.label, ...placeJson(item.span, sources) }))
  return {
    severity,
    code,
    summary,
    detail,
    ...(address === undefined ? {} : { address }),
    ...(span === undefined ? {} : placeJson(span, sources)),
    ...(spans.length === 0 ? {} : { related: spans }),
  }
}

const placeJson = (span: Span, sources: ReadonlyMap<string, string>): PlainMap => {
  const text = sources.get(span.file)
  if (text === undefined) return { range: { filename: span.file } }
  const source = toSource(text)
  const end = Math.max(span.start, span.end)
  const range = { filename: span.file, start: { ...placeOf(source, span.start) }, end: { ...placeOf(source, end) } }
  return { range, snippet: snippetJson(source, span) }
}

// Terraform's snippet is the whole lines of the range; the highlight counts bytes from the first line's start, but its
// readers index text with it, so it is UTF-16 here as in the rest of forge.
const snippetJson = (source: Source, span: Span): PlainMap => {
  const start = Math.max(0, Math.min(span.start, source.text.length))
  const end = Math.max(start, Math.min(span.end, source.text.length))
  const first = lineOf(source, start)
  const last = Math.min(lineOf(source, Math.max(start, end - 1)), first + 19)
  const from = source.starts[first] ?? 0
  const lines = Array.from({ length: last - first + 1 }, (_, at) => lineText(source, first + at))
  const code = lines.join('\n').slice(0, 4000)
  return {
    context: null,
    code,
    start_line: first + 1,
    highlight_start_offset: Math.min(start - from, code.length),
    highlight_end_offset: Math.min(end - from, code.length),
    values: [],
  }
}
