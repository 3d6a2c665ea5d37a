import type { Interrupts } from './interrupts.ts'
import type { Secrets } from './secrets.ts'
import type { Terminal } from './terminal.ts'

/** Everything around the command: what a test replaces. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path. */
  readonly cwd: string
  readonly secrets: Secrets
  readonly interrupts: Interrupts
  terminal(options: { readonly color: boolean }): Terminal
}
