import type { Command } from 'commander'
import type { ConsoleOptions } from '../commands/console.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { wholeNumber } from './values.ts'

/** `console`: looking at one machine's console. */
export const addConsole = (program: Command, act: Act): void => {
  program
    .command('console')
    .argument('<address>', 'a machine, such as group.web/1')
    .description('show what a machine wrote on its console')
    .option('-f, --follow', 'go on with what it writes, until Ctrl-C or until it is gone')
    .option('-n, --lines <count>', 'only the last lines', wholeNumber(0))
    .addHelpText(
      'after',
      examples([
        ['forge console group.web/1', 'all that is kept'],
        ['forge console -f -n 20 group.web/1', 'the last 20 lines, and what comes'],
      ]),
    )
    .action((address: string, options: ConsoleOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/console.ts')).showConsole(invocation, address, options)),
    )
}
