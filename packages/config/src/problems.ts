import type { Code, Diagnostic, Span } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import { sourceLimits } from './source.ts'

type Related = NonNullable<Diagnostic['related']>

/** Gathers what is wrong while a configuration is read, so that all of it can be told at once. */
export class Problems {
  readonly #found: Diagnostic[] = []
  readonly #known = new Set<string>()
  #left = 0

  /** Keeps one error; the summary is the code's title. `detail` is called only if there is still room. */
  error(code: Code, span: Span | undefined, detail: () => string, related: Related = []): void {
    if (this.#found.length >= sourceLimits.problems) {
      this.#left++
      return
    }
    const told = detail()
    // Some keys are read in two passes.
    const key = `${code} ${span?.file ?? ''} ${span?.start ?? -1} ${told}`
    if (this.#known.has(key)) return
    this.#known.add(key)
    this.#found.push({
      severity: 'error',
      code,
      summary: codes[code].title,
      detail: told,
      ...(span === undefined ? {} : { span }),
      ...(related.length === 0 ? {} : { related }),
    })
  }

  /** Takes over diagnostics that others made. */
  take(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics)
  }

  /** Everything found, in order of files and places. */
  all(): readonly Diagnostic[] {
    const sorted = this.#found.toSorted(byPlace)
    if (this.#left === 0) return sorted
    const code = 'FORGE1021' as const
    return [...sorted, { severity: 'error', code, summary: codes[code].title, detail: `${this.#left} more problems are not shown.` }]
  }
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => {
  if (a.span === undefined || b.span === undefined) return (a.span === undefined ? 0 : 1) - (b.span === undefined ? 0 : 1)
  return a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1
}
