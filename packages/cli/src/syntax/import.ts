import type { Command } from 'commander'
import type { ImportOptions } from '../commands/import.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { addApplyOptions } from './plan-options.ts'

/** `import`: what stands already becomes a part of the configuration. */
export const addImport = (program: Command, act: Act): void => {
  addApplyOptions(program.command('import').description('take over what stands already; only marks are written'))
    .argument('<address>', 'where the configuration wants it, such as instance.nfs; a group takes over all that is found')
    .option('--id <id>', 'the object, as its platform calls it')
    .option('--query <name>', 'by name, in which * stands for any characters')
    .option('--folder <place>', 'by the folder that it is in, as the provider calls it')
    .option('--infrakit-group <name>', 'by the InfraKit group in its notes')
    .option('--tag <name>', 'by a tag that it carries on its platform: of vSphere, category/name')
    .option('--as-configured', 'take what cannot be read back, such as a template, to be what the configuration says')
    .option('--out <file>', 'save the plan instead, for forge apply FILE')
    .addHelpText(
      'after',
      examples([
        ['forge import instance.nfs --id vm-42', 'shows the plan and asks; forge plan then shows what differs'],
        ['forge import group.web/2 --query web-2 --out take.forgeplan', 'as a plan to review'],
        ["forge import group.web --query 'web-*' --folder prod", 'all of them, by name at the lowest free numbers'],
        [
          'forge import group.web --infrakit-group web --as-configured',
          'what InfraKit made for its group web; then there is nothing to do',
        ],
      ]),
    )
    .action((address: string, options: ImportOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/import.ts')).importObjects(invocation, address, options)),
    )
}
