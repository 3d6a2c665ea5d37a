import type { Code, Diagnostic } from '@forgeplan/model'
import { codes } from '@forgeplan/model'
import type { ExitCode } from './exit.ts'
import { exits } from './exit.ts'
import { messageOf, problem, Stop } from './stop.ts'

/** What to print for something thrown, and the exit code that it means. */
export const explain = (error: unknown): { readonly exit: ExitCode; readonly diagnostics: readonly Diagnostic[] } => {
  if (error instanceof Stop) return error
  if (!(error instanceof Error)) return fault(error)
  // Told by name: importing the classes would load SQLite for a command that never opened a state.
  if (error.name === 'LeaseHeld') return { exit: exits.locked, diagnostics: [fromStore(error)] }
  if (error.name === 'LeaseLost') return { exit: exits.locked, diagnostics: [problem('FORGE6016', 'The lease was taken over', leaseLost)] }
  if (error.name === 'StoreError') return { exit: isBusy(error) ? exits.locked : exits.error, diagnostics: [fromStore(error)] }
  if (error.name === 'EngineError') return { exit: exits.error, diagnostics: fromEngine(error) }
  if (error.name === 'ProviderError')
    return { exit: exits.error, diagnostics: [problem('FORGE6017', 'A provider failed', sentence(error.message))] }
  return fault(error)
}

const leaseLost =
  'Another process took the lease of the state over, because this one gave no sign of life or somebody ran forge unlock. Nothing was written after that. Run forge plan to see where things stand.'

const fromStore = (error: Error): Diagnostic => {
  const { code, detail } = error as { readonly code?: unknown; readonly detail?: unknown }
  return problem(isCode(code) ? code : 'FORGE6020', error.message, typeof detail === 'string' ? detail : error.message)
}

// Somebody is at it right now: the same command works when they have finished.
const isBusy = (error: Error): boolean => (error as { readonly kind?: unknown }).kind === 'busy'

const fromEngine = (error: Error): readonly Diagnostic[] => (error as { readonly diagnostics?: readonly Diagnostic[] }).diagnostics ?? []

const isCode = (code: unknown): code is Code => typeof code === 'string' && Object.hasOwn(codes, code)

const fault = (error: unknown): { readonly exit: ExitCode; readonly diagnostics: readonly Diagnostic[] } => {
  const detail = `${sentence(messageOf(error))} The journal is in order: forge plan shows where things stand. Please report this with what FORGE_LOG=debug prints.`
  return { exit: exits.error, diagnostics: [problem('FORGE6999', 'forge has a fault', detail)] }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
