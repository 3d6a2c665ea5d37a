import type { Command } from 'commander'
import { Option } from 'commander'
import type { FormatOptions } from '../commands/fmt.ts'
import type { GraphOptions } from '../commands/graph.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'

/** `fmt`, `graph`: what is done with the files of a configuration. */
export const addFiles = (program: Command, act: Act): void => {
  addFormat(program, act)
  addGraph(program, act)
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

const addGraph = (program: Command, act: Act): void => {
  program
    .command('graph')
    .argument('[planfile]', 'a plan from forge plan --out: the graph shows what it does')
    .description('draw the groups and instances and what each of them needs')
    .addOption(new Option('--format <format>', 'for which program').choices(['mermaid', 'dot']).default('mermaid'))
    .addHelpText(
      'after',
      examples([
        ['forge graph', 'as Mermaid, which GitHub and GitLab draw in markdown'],
        ['forge graph --format dot | dot -Tsvg > graph.svg', 'with Graphviz'],
        ['forge graph web.forgeplan', 'with what the plan does to each'],
      ]),
    )
    .action((file: string | undefined, options: GraphOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/graph.ts')).graph(invocation, file, options)),
    )
}
