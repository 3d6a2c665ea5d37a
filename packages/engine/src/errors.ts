import type { Code, Diagnostic, Failure } from '@forgeplan/model'
import { FunctionError } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'

/** The world could not be opened, read or recovered. `diagnostics` says all of it and holds no secret. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => `${diagnostic.summary}: ${diagnostic.detail}`).join('\n'))
    this.diagnostics = diagnostics
  }
}

/** A step that cannot go on, already put into words. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'
  readonly failure: Failure

  constructor(kind: Failure['kind'], message: string) {
    super(message)
    this.failure = { kind, message }
  }
}

/** A call did not end by its deadline. `settled`: it ended once it was aborted, so nothing of it is still under way. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
  readonly settled: boolean

  constructor(ms: number, settled: boolean) {
    super(`The call did not end within ${Math.round(ms / 1000)} s${settled ? '' : ', nor when it was told to stop'}.`)
    this.settled = settled
  }
}

/** The user interrupted, or the lease is gone. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
  constructor() {
    super('The run was interrupted.')
  }
}

export const problem = (code: Code, summary: string, detail: string): Diagnostic => ({ severity: 'error', code, summary, detail })

const kinds: ReadonlySet<string> = new Set(['transient', 'conflict', 'denied', 'invalid', 'internal'] satisfies Failure['kind'][])

/**
 * The words and the kind of whatever was thrown; `who` (`The provider local`) is named when it broke its contract.
 * The text is not redacted yet.
 */
export const failureOf = (error: unknown, who: string): Failure => {
  if (error instanceof StepFailure) return error.failure
  if (error instanceof TimedOut) return { kind: 'timeout', message: error.message }
  if (error instanceof Cancelled) return { kind: 'cancelled', message: error.message }
  if (error instanceof FunctionError) return { kind: 'invalid', message: error.message }
  if (isProviderError(error)) return { kind: error.kind, message: error.message }
  return { kind: 'internal', message: `${who} broke its contract, which is a bug in it: ${textOf(error)}` }
}

// A plugin may bring its own copy of the SDK, whose class is another one.
const isProviderError = (error: unknown): error is ProviderError =>
  error instanceof Error &&
  (error instanceof ProviderError || error.name === 'ProviderError') &&
  kinds.has(String((error as { readonly kind?: unknown }).kind)) &&
  typeof error.message === 'string'

const textOf = (error: unknown): string => {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'it threw something that cannot be shown'
  }
}
