import { dirname, join, resolve } from 'node:path'
import type { Diagnostic } from '@forgeplan/model'
import type { Command } from 'commander'
import type { Invocation } from './invocation.ts'
import { makeLog } from './shell/log.ts'
import type { Shell } from './shell/shell.ts'
import type { Globals } from './syntax/globals.ts'
import { failure } from './stop.ts'
import { version } from './version.ts'

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
    stream: isStream(command),
    directory,
    statePath: statePath(shell, globals, directory),
  }
}

// The commands whose `--json` is a stream of events; that of the others is one document.
const streaming: readonly string[] = ['plan', 'apply', 'destroy', 'import', 'image push', 'image prune']

const isStream = (command: Command): boolean => streaming.includes(words(command)) && command.opts<{ json?: boolean }>().json === true

/** The first event of a stream; nothing for people. */
export const openStream = async ({ stream, terminal }: Invocation): Promise<void> => {
  if (!stream) return
  const { versionJson } = await import('@forgeplan/report')
  terminal.out(`${JSON.stringify(versionJson(version, Date.now()))}\n`)
}

/** Diagnostics for people, to standard error; in a stream one event each, to standard output. */
export const printDiagnostics = async (
  { terminal, sources, stream, globals }: Pick<Invocation, 'terminal' | 'sources' | 'stream' | 'globals'>,
  diagnostics: readonly Diagnostic[],
): Promise<void> => {
  if (diagnostics.length === 0) return
  const { compactWarnings, diagnosticEventJson, diagnosticsText, visibleJson } = await import('@forgeplan/report')
  const { noteColor: color, width } = terminal
  if (stream) {
    for (const diagnostic of diagnostics)
      terminal.out(`${visibleJson(JSON.stringify(diagnosticEventJson(diagnostic, sources, Date.now())))}\n`)
    return
  }
  const compact = globals.compactWarnings === true ? diagnostics.filter(({ severity }) => severity === 'warning') : []
  const whole = diagnostics.filter((diagnostic) => !compact.includes(diagnostic))
  terminal.note(ended(diagnosticsText(whole, sources, { color, width })))
  if (compact.length > 0) terminal.note(compactWarnings(compact, { color }))
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
