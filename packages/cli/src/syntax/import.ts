import type { Command } from 'commander'
import type { ImportOptions } from '../commands/import.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { addApplyOptions } from './plan-options.ts'

/** `import`: an object that stands already becomes one of the configuration. */
export const addImport = (program: Command, act: Act): void => {
  addApplyOptions(program.command('import').description('take over an object that stands already; only its mark is written'))
    .argument('<address>', 'where the configuration wants it, such as instance.nfs')
    .option('--id <id>', 'the object, as its platform calls it')
    .option('--query <name>', 'the object, by its name, if only one has it')
    .option('--out <file>', 'save the plan instead, for forge apply FILE')
    .addHelpText(
      'after',
      examples([
        ['forge import instance.nfs --id vm-42', 'shows the plan and asks; forge plan then shows what differs'],
        ['forge import group.web/2 --query web-2 --out take.forgeplan', 'as a plan to review'],
      ]),
    )
    .action((address: string, options: ImportOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/import.ts')).importObject(invocation, address, options)),
    )
}
