import type { Command } from 'commander'
import type { ExitCode } from '../exit.ts'
import type { Invocation } from '../invocation.ts'

/** Runs a command's action; the program hands this to each command's declaration. */
export type Act = (command: Command, action: (invocation: Invocation) => Promise<ExitCode>) => Promise<void>

/** Examples under a command's help. */
export const examples = (lines: readonly (readonly [command: string, what: string])[]): string => {
  const width = Math.max(...lines.map(([command]) => command.length))
  return `\nExamples:\n${lines.map(([command, what]) => `  ${command.padEnd(width)}   ${what}`).join('\n')}\n`
}
