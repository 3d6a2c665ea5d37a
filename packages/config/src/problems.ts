import type { Code, Diagnostic, Span } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import { sourceLimits } from './source.ts'

type Related = NonNullable<Diagnostic['related']>

interface Told {
  readonly severity: Diagnostic['severity']
  readonly code: Code
  readonly span: Span | undefined
  readonly related: Related
}

/** Gathers what is wrong while a configuration is read, so that all of it can be told at once. */
export class Problems {
  readonly #found: Diagnostic[] = []
  readonly #known = new Set<string>()
  // Apart, so that many warnings neither hide an error nor become one.
  readonly #room: Record<Diagnostic['severity'], number> = { error: sourceLimits.problems, warning: sourceLimits.problems }
  readonly #left = { error: 0, warning: 0 }

  /** Keeps one error; the summary is the code's title. `detail` is called only if there is still room. */
  error(code: Code, span: Span | undefined, detail: () => string, related: Related = []): void {
    this.#keep({ severity: 'error', code, span, related }, detail)
  }

  /** Keeps one warning, as `error` does. */
  warning(code: Code, span: Span, detail: () => string): void {
    this.#keep({ severity: 'warning', code, span, related: [] }, detail)
  }

  #keep({ severity, code, span, related }: Told, detail: () => string): void {
    if (this.#room[severity] === 0) {
      this.#left[severity]++
      return
    }
    const told = detail()
    // Some keys are read in two passes.
    if (!this.#isNew(code, span, told)) return
    this.#room[severity]--
    this.#found.push({
      severity,
      code,
      summary: codes[code].title,
      detail: told,
      ...(span === undefined ? {} : { span }),
      ...(related.length === 0 ? {} : { related }),
    })
  }

  /** Takes over diagnostics that others made; of two images, one file may have given the same ones twice. */
  take(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics.filter(({ code, span, detail }) => this.#isNew(code, span, detail)))
  }

  #isNew(code: Code, span: Span | undefined, told: string): boolean {
    const key = `${code} ${span?.file ?? ''} ${span?.start ?? -1} ${told}`
    const isNew = !this.#known.has(key)
    this.#known.add(key)
    return isNew
  }

  /** Everything found, in order of files and places. */
  all(): readonly Diagnostic[] {
    return [...this.#found.toSorted(byPlace), ...this.#notShown('error', 'problems'), ...this.#notShown('warning', 'warnings')]
  }

  #notShown(severity: Diagnostic['severity'], noun: string): readonly Diagnostic[] {
    const code = 'FORGE1021' as const
    const detail = `${this.#left[severity]} more ${noun} are not shown.`
    return this.#left[severity] === 0 ? [] : [{ severity, code, summary: codes[code].title, detail }]
  }
}

const byPlace = (a: Diagnostic, b: Diagnostic): number => {
  if (a.span === undefined || b.span === undefined) return (a.span === undefined ? 0 : 1) - (b.span === undefined ? 0 : 1)
  return a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1
}
