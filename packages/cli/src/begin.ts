import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '@forgeplan/model'
import type { Command } from 'commander'
import type { Invocation } from './invocation.ts'
import { makeLog } from './shell/log.ts'
import type { Shell } from './shell/shell.ts'
import type { Globals } from './syntax/globals.ts'
import { failure } from './stop.ts'

/** Everything a command starts from, out of what was parsed. */
export const begin = (shell: Shell, command: Command): Invocation => {
  const globals: Globals = command.optsWithGlobals()
  const directory = resolve(shell.cwd, globals.directory)
  const terminal = shell.terminal({ color: globals.color && !shell.env['NO_COLOR'] })
  const sources = new Map<string, string>()
  return {
    shell,
    globals,
    terminal,
    log: makeLog(shell.env['FORGE_LOG'], (text) => terminal.note(text)),
    command: words(command),
    sources,
    directory,
    statePath: statePath(shell, globals, directory),
    warn: async (warnings) => printWarnings({ terminal, sources }, warnings, globals.compactWarnings === true),
  }
}

/** Prints diagnostics for people, to standard error. */
export const printDiagnostics = async (to: Pick<Invocation, 'terminal' | 'sources'>, diagnostics: readonly Diagnostic[]): Promise<void> => {
  const { diagnosticsText } = await import('@forgeplan/report')
  const { noteColor: color, width } = to.terminal
  to.terminal.note(ended(diagnosticsText(diagnostics, to.sources, { color, width })))
}

const printWarnings = async (
  to: Pick<Invocation, 'terminal' | 'sources'>,
  warnings: readonly Diagnostic[],
  compact: boolean,
): Promise<void> => {
  if (!compact) return printDiagnostics(to, warnings)
  const { compactWarnings } = await import('@forgeplan/report')
  to.terminal.note(compactWarnings(warnings, { color: to.terminal.noteColor }))
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

const words = (command: Command): string => (command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name())

const statePath = (shell: Shell, globals: Globals, directory: string): string => {
  const named = globals.state ?? shell.env['FORGE_STATE']
  if (named !== undefined && named !== '') return resolve(shell.cwd, named)
  return join(directory, '.forge', ...(globals.env === undefined ? [] : ['env', globals.env]), 'state.db')
}

/** The invocation in another folder. */
export const relocated = (invocation: Invocation, directory: string): Invocation => ({
  ...invocation,
  directory,
  statePath: statePath(invocation.shell, invocation.globals, directory),
})

/** The folder of the state: its key lies beside the database. */
export const stateFolder = (invocation: Pick<Invocation, 'statePath'>): string => dirname(invocation.statePath)

/** @throws Stop when the name of the environment cannot stand in a stack's name or a path. */
export const checkEnvironment = (name: string | undefined): void => {
  if (name === undefined || /^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return
  throw failure('FORGE6003', 'Not a name of an environment', 'The value of --env has lower-case letters, digits and hyphens, at most 63.')
}
