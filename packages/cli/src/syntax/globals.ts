import type { Command } from 'commander'
import { collect } from './values.ts'

/** Options that every command takes. */
export interface Globals {
  readonly directory: string
  readonly env?: string
  readonly state?: string
  readonly color: boolean
  readonly compactWarnings?: boolean
  /** `NAME=VALUE`. */
  readonly var?: readonly string[]
  readonly varFile?: readonly string[]
  readonly varStdin?: string
}

export const addGlobals = (program: Command): Command =>
  program
    .option('-C, --directory <dir>', 'folder of the configuration', '.')
    .option('--env <name>', 'environment: a stack NAME/ENV with a state of its own')
    .option('--state <path>', 'the state (default: .forge/state.db, or FORGE_STATE)')
    .option('--no-color', 'no colours (also with NO_COLOR)')
    .option('--compact-warnings', 'equal warnings as one line, without their details')
    .option('--var <name=value>', 'a variable; again for more. Not for sensitive ones', collect)
    .option('--var-file <file>', 'variables as JSON, or lines NAME=VALUE; again for more', collect)
    .option('--var-stdin <name>', 'read this variable from standard input')
