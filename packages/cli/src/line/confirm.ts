import type { ExitCode } from '../exit.ts'
import { exits } from '../exit.ts'
import type { Invocation } from '../invocation.ts'
import { failure } from '../stop.ts'

/**
 * Asks, unless `autoApprove`. Only `expected` is a yes. Null: go on; else the exit code.
 * @throws Stop when there is nobody to ask.
 */
export const confirm = async (
  { terminal, shell, command }: Invocation,
  question: { readonly text: string; readonly expected: string; readonly autoApprove: boolean },
): Promise<ExitCode | null> => {
  if (question.autoApprove) return null
  if (!terminal.interactive) {
    const detail = `forge ${command} asks before it changes anything, and standard input and standard error are no terminal. Look at the plan, then give --auto-approve.`
    throw failure('FORGE6014', 'Nobody to ask', detail)
  }
  const answer = await terminal.ask(`\n${question.text}\n  Only '${question.expected}' is taken as a yes: `, shell.interrupts.stop)
  if (answer?.trim() === question.expected) return null
  if (shell.interrupts.stop.aborted) return exits.interrupted
  terminal.note('Not confirmed. Nothing was done.\n')
  return exits.error
}
