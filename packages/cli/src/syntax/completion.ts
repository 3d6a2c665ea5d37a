import type { Command } from 'commander'
import { Argument } from 'commander'
import type { shells } from '../commands/completion.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'

/** `completion`, and the hidden `complete` that its scripts call. */
export const addCompletion = (program: Command, act: Act): void => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'for which shell').choices(['bash', 'zsh', 'fish']))
    .description('a script that completes commands, options and addresses in a shell')
    .addHelpText(
      'after',
      examples([
        ['eval "$(forge completion bash)"', 'in ~/.bashrc'],
        ['eval "$(forge completion zsh)"', 'in ~/.zshrc, after compinit'],
        ['forge completion fish | source', 'in ~/.config/fish/config.fish'],
      ]),
    )
    .action((shell: keyof typeof shells, _: object, command: Command) =>
      act(command, async (invocation) => (await import('../commands/completion.ts')).completion(invocation, program, shell)),
    )
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<what>').choices(['addresses', 'images']))
    .action((what: 'addresses' | 'images', _: object, command: Command) =>
      act(command, async (invocation) => (await import('../commands/completion.ts')).complete(invocation, what)),
    )
}
