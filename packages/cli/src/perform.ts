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
  const { stop } = invocation.shell.interrupts
  invocation.log.debug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  if (stop.aborted && !isStop(error)) {
    invocation.terminal.note('Interrupted. Nothing was left half written.\n')
    return exits.interrupted
  }
  const { exit, diagnostics } = explain(error)
  await printDiagnostics(invocation, diagnostics)
  return exit
}

const isStop = (error: unknown): boolean => error instanceof Error && error.name === 'Stop'
