import type { Command } from 'commander'
import type { FormatOptions } from '../commands/fmt.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'

/** `fmt`: what is done to the files of a configuration. */
export const addFiles = (program: Command, act: Act): void => {
  addFormat(program, act)
}

const addFormat = (program: Command, act: Act): void => {
  program
    .command('fmt')
    .argument('[files...]', 'files or folders; without them those of the configuration, - for standard input')
    .description('write the configuration in its canonical form; keeps comments, order and meaning')
    .option('--check', 'write nothing; exit 3 when a file is not in its canonical form')
    .option('--diff', 'show what changes')
    .addHelpText(
      'after',
      examples([
        ['forge fmt', 'the files of this folder; names those that changed'],
        ['forge fmt --check --diff', 'in a pipeline: 0 formatted, 3 not'],
        ['forge fmt - < web.forge.yaml', 'from an editor'],
      ]),
    )
    .action((files: readonly string[], options: FormatOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/fmt.ts')).fmt(invocation, files, options)),
    )
}
