import type { Command } from 'commander'
import type { OutputOptions } from '../commands/output.ts'
import type { ShowOptions } from '../commands/show.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'

/** `show`, `output`, `schema`, `version`, `unlock`: looking, and one thing that only takes a lease away. */
export const addViews = (program: Command, act: Act): void => {
  addShow(program, act)
  addOutput(program, act)
  addUnlock(program, act)
  program
    .command('schema')
    .description('the JSON Schema of the configuration, for editors')
    .addHelpText(
      'after',
      examples([
        ['forge schema > forge.schema.json', 'for the editor'],
        ['# yaml-language-server: $schema=forge.schema.json', 'first line of forge.yaml'],
      ]),
    )
    .action((_: object, command: Command) => act(command, async (invocation) => (await import('../commands/schema.ts')).schema(invocation)))
  program
    .command('version')
    .description('the version of forge')
    .option('--json', 'as JSON, with Node and the platform')
    .addHelpText('after', examples([['forge version --json', 'for a report of a fault']]))
    .action((options: { readonly json?: boolean }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/version.ts')).showVersion(invocation, options)),
    )
}

const addShow = (program: Command, act: Act): void => {
  program
    .command('show')
    .argument('[planfile]', 'a saved plan; without it the state')
    .description('show a saved plan, or the state')
    .option('--json', 'as JSON')
    .option('--markdown', 'for a pull request (plans)')
    .option('--verbose', 'every member and every field')
    .addHelpText(
      'after',
      examples([
        ['forge show', 'everything that forge knows'],
        ['forge show --markdown web.forgeplan', 'a saved plan for a pull request'],
      ]),
    )
    .action((file: string | undefined, options: ShowOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/show.ts')).show(invocation, file, options)),
    )
}

const addOutput = (program: Command, act: Act): void => {
  program
    .command('output')
    .argument('[name]', 'one output')
    .description('the outputs of the last apply')
    .option('--json', 'as JSON')
    .option('--raw', 'the bare text of one output, without a line end')
    .addHelpText(
      'after',
      examples([
        ['forge output', 'all of them'],
        ['curl "$(forge output --raw url)"', 'in a script'],
      ]),
    )
    .action((name: string | undefined, options: OutputOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/output.ts')).output(invocation, name, options)),
    )
}

const addUnlock = (program: Command, act: Act): void => {
  program
    .command('unlock')
    .argument('[fence]', 'the number of the lease to take away, as shown')
    .description('take the lease from a run that is surely dead; says who holds it and asks')
    .option('--auto-approve', 'do not ask')
    .addHelpText('after', examples([['forge unlock', 'who holds it, and take it away']]))
    .action((fence: string | undefined, options: { readonly autoApprove?: boolean }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/unlock.ts')).unlock(invocation, fence, options)),
    )
}
