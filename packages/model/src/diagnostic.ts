import type { Address } from './address.ts'
import type { Code } from './codes.ts'

/** A place in a source file: UTF-16 offsets, end-exclusive. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** One problem, with everything a person needs to mend it. No field may hold a secret; renderers escape control characters. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly code: Code
  /** Short, without user data. */
  readonly summary: string
  /** Full sentences: what is wrong, why, what to do; "Did you mean ...?". */
  readonly detail: string
  readonly span?: Span
  /** Other places that take part, such as the first of two definitions. */
  readonly related?: readonly { readonly span: Span; readonly label: string }[]
  readonly address?: Address
}

/** Bad input is a value with all its problems. `warnings` may be empty; `problems` holds at least one error. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] }

export const good = <T>(value: T, warnings: readonly Diagnostic[] = []): Checked<T> => ({ ok: true, value, warnings })
export const bad = (problems: readonly Diagnostic[]): Checked<never> => ({ ok: false, problems })

/** `value` if no diagnostic is an error, else all of them. */
export const checked = <T>(value: () => T, diagnostics: readonly Diagnostic[]): Checked<T> =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? bad(diagnostics) : good(value(), diagnostics)
