import type { Diagnostic } from '@forgeplan/model'
import { diagnosticJson, visibleJson } from '@forgeplan/report'
import { printDiagnostics } from '../begin.ts'
import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { prepare } from '../line/prepare.ts'
import { Stop } from '../stop.ts'

/** `forge validate`: all problems of the configuration at once; opens no world and no state. */
export const validate = async (invocation: Invocation, options: { readonly json?: boolean }): Promise<ExitCode> => {
  if (options.json) return validateJson(invocation)
  const { desired, warnings } = await prepare(invocation, 'read')
  await printDiagnostics(invocation, warnings)
  invocation.terminal.out(`The configuration of ${desired.stack} is valid.\n`)
  return exits.ok
}

const validateJson = async (invocation: Invocation): Promise<ExitCode> => {
  const diagnostics = await problemsOf(invocation)
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length
  const report = {
    format_version: '1.0',
    valid: errors === 0,
    error_count: errors,
    warning_count: diagnostics.length - errors,
    diagnostics: diagnostics.map((diagnostic) => diagnosticJson(diagnostic, invocation.sources)),
  }
  invocation.terminal.out(`${visibleJson(JSON.stringify(report, null, 2))}\n`)
  return errors === 0 ? exits.ok : exits.error
}

const problemsOf = async (invocation: Invocation): Promise<readonly Diagnostic[]> => {
  try {
    return (await prepare(invocation, 'read')).warnings
  } catch (error) {
    if (error instanceof Stop) return error.diagnostics
    throw error
  }
}
