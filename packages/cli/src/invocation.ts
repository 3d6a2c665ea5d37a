import type { Globals } from './syntax/globals.ts'
import type { Log } from './shell/log.ts'
import type { Shell } from './shell/shell.ts'
import type { Terminal } from './shell/terminal.ts'

/** One call of forge: what was asked for globally, and where to speak. */
export interface Invocation {
  readonly shell: Shell
  readonly globals: Globals
  readonly terminal: Terminal
  readonly log: Log
  /** The command's words, for the lease and the journal: `apply`, `state mv`. */
  readonly command: string
  /** Texts of the configuration's files by name, for the snippets of diagnostics. */
  readonly sources: Map<string, string>
  /** Absolute path of the configuration's folder. */
  readonly directory: string
  /** Absolute path of the state's database. */
  readonly statePath: string
  /** Whether standard output is a stream of JSON events, diagnostics among them. */
  readonly stream: boolean
}
