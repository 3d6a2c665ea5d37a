import type { ExitCode } from './exit.ts'
import { exits } from './exit.ts'
import { checkEnvironment, openStream, printDiagnostics } from './begin.ts'
import type { Invocation } from './invocation.ts'
import { explain } from './explain.ts'

/** Runs an action. Whatever is thrown ends as diagnostics and an exit code, never as a stack trace. */
export const perform = async (invocation: Invocation, action: (invocation: Invocation) => Promise<ExitCode>): Promise<ExitCode> => {
  await openStream(invocation)
  try {
    invocation.log.info(`${invocation.command} in ${invocation.directory}, state ${invocation.statePath}`)
    checkEnvironment(invocation.globals.env)
    return await action(invocation)
  } catch (error) {
    return await report(invocation, error)
  }
}

const report = async (invocation: Invocation, error: unknown): Promise<ExitCode> => {
  invocation.log.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  if (isInterruption(invocation, error)) {
    invocation.terminal.note('Interrupted. Nothing was left half written.\n')
    return exits.interrupted
  }
  const { exit, diagnostics } = explain(error)
  await printDiagnostics(invocation, diagnostics)
  return exit
}

// Whatever else is thrown after Ctrl-C, a lost lease or a full disk, is told as what it is.
const isInterruption = ({ shell }: Invocation, error: unknown): boolean => {
  const { stop, abort } = shell.interrupts
  if (!stop.aborted || !(error instanceof Error)) return false
  return error === stop.reason || error === abort.reason || error.name === 'Cancelled' || error.name === 'AbortError'
}
