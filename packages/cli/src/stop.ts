import type { Checked, Code, Diagnostic } from '@forgeplan/model'
import type { ExitCode } from './exit.ts'

/** Ends a command with diagnostics and an exit code; caught in one place, where it is printed. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly exit: ExitCode
  readonly diagnostics: readonly Diagnostic[]

  constructor(exit: ExitCode, diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.summary).join('; '))
    this.exit = exit
    this.diagnostics = diagnostics
  }
}

/** An error diagnostic of the command line. */
export const problem = (code: Code, summary: string, detail: string): Diagnostic => ({ severity: 'error', code, summary, detail })

/** A `Stop` with one error and exit code 1, or the one given. */
export const failure = (code: Code, summary: string, detail: string, exit: ExitCode = 1): Stop =>
  new Stop(exit, [problem(code, summary, detail)])

/** The value. @throws Stop with all problems and exit code 1 when it is bad. */
export const need = <T>(result: Checked<T>, warn?: (warnings: readonly Diagnostic[]) => void): T => {
  if (!result.ok) throw new Stop(1, result.problems)
  if (result.warnings.length > 0) warn?.(result.warnings)
  return result.value
}

/** The words of something thrown, without its stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
