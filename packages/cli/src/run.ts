import { CommanderError } from 'commander'
import type { Command } from 'commander'
import { begin } from './begin.ts'
import { exits } from './exit.ts'
import type { Shell } from './shell/shell.ts'
import type { Act } from './syntax/act.ts'
import { makeProgram } from './syntax/program.ts'

/** Runs one command line. Resolves with the exit code; never rejects. */
export const run = async (argv: readonly string[], shell: Shell): Promise<number> => {
  let exit: number = exits.ok
  const act: Act = async (command, action) => {
    const { perform } = await import('./perform.ts')
    exit = await perform(begin(shell, command), action)
  }
  const plain = shell.terminal({ color: false })
  const program = makeProgram(act, { out: (text) => plain.out(text), err: (text) => plain.note(text) })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return usageExit(error, program)
  }
}

// commander has printed the problem by now.
const usageExit = (error: CommanderError, program: Command): number =>
  error.exitCode === 0 || (error.code === 'commander.help' && program.args.length === 0) ? exits.ok : exits.error
