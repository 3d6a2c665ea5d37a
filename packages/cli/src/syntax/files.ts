import type { Command } from 'commander'
import { Option } from 'commander'
import type { FormatOptions } from '../commands/fmt.ts'
import type { GraphOptions } from '../commands/graph.ts'
import type { InitOptions } from '../commands/init.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { starters } from '../starters/starters.ts'

/** `init`, `fmt`, `graph`: what is done with the files of a configuration. */
export const addFiles = (program: Command, act: Act): void => {
  addInit(program, act)
  addFormat(program, act)
  addGraph(program, act)
}

const addInit = (program: Command, act: Act): void => {
  program
    .command('init')
    .argument('[dir]', 'the folder, made where there is none (default: that of -C)')
    .description('write a first configuration with comments; overwrites nothing')
    .addOption(new Option('--provider <name>', 'what the machines are made of').choices(Object.keys(starters)).default('hyperkit'))
    .option('--check', 'write nothing: open the providers of the configuration that stands, and say what answers')
    .addHelpText(
      'after',
      examples([
        ['forge init lab', 'lab/forge.yaml, ready for forge -C lab apply'],
        ['forge init --check', 'whether the providers of this folder can be reached'],
      ]),
    )
    .action((dir: string | undefined, options: InitOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/init.ts')).init(invocation, dir, options)),
    )
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
