import type { Command } from 'commander'
import type { ExportOptions } from '../commands/state-files.ts'
import type { RemoveOptions } from '../commands/state-rm.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { duration } from './values.ts'

interface JsonOption {
  readonly json?: boolean
}

/** `state ...`: reading and mending what forge knows. */
export const addState = (program: Command, act: Act): void => {
  const state = program
    .command('state')
    .description('read and mend what forge knows')
    .addHelpText(
      'after',
      examples([
        ['forge state list group.web', 'the objects of one group'],
        ['forge state mv group.web/1 group.front/1', 'a rename; no machine is touched'],
        ['forge state backup before.db', 'a copy while others work'],
      ]),
    )
  addReading(state, act)
  addHistory(state, act)
  addMending(state, act)
  addFiles(state, act)
}

const addReading = (state: Command, act: Act): void => {
  state
    .command('list')
    .argument('[pattern]', 'text that the address contains, or a pattern with *')
    .description('the addresses in the state')
    .option('--json', 'as JSON')
    .addHelpText('after', examples([["forge state list 'group.web/*'", 'the members of web']]))
    .action((pattern: string | undefined, options: JsonOption, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-read.ts')).listState(invocation, pattern, options)),
    )
  state
    .command('show')
    .argument('<address>')
    .description('one object as the state knows it')
    .option('--json', 'as JSON')
    .addHelpText('after', examples([['forge state show group.web/1', 'inputs, outputs, identity']]))
    .action((address: string, options: JsonOption, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-read.ts')).showRow(invocation, address, options)),
    )
}

const addHistory = (state: Command, act: Act): void => {
  state
    .command('history')
    .description('the runs: when, what, why, and what came of it; the last 50')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples([
        ['forge state history', 'newest first'],
        ['forge apply --message ticket-42', 'gives a run its why'],
      ]),
    )
    .action((options: JsonOption, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-history.ts')).stateHistory(invocation, options)),
    )
}

const addMending = (state: Command, act: Act): void => {
  state
    .command('rm')
    .argument('<address>')
    .description('let go of an object: it keeps standing, without its mark')
    .option('--keep-mark', 'leave the mark on it; the state remembers that it is released')
    .option('--lock-timeout <duration>', 'how long to wait for somebody else', duration, 0)
    .addHelpText('after', examples([['forge state rm instance.nfs', 'forge no longer manages it']]))
    .action((address: string, options: RemoveOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-rm.ts')).stateRemove(invocation, address, options)),
    )
  state
    .command('mv')
    .argument('<from>')
    .argument('<to>')
    .description('give an object another address, without touching it')
    .option('--lock-timeout <duration>', 'how long to wait for somebody else', duration, 0)
    .addHelpText('after', examples([['forge state mv instance.db group.db/1', 'from a pet to a member']]))
    .action((from: string, to: string, options: { readonly lockTimeout: number }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-mv.ts')).stateMove(invocation, { from, to, ...options })),
    )
  state
    .command('recover')
    .description('take objects into the state by their marks: all of a lost state, or those that it does not know')
    .option('--auto-approve', 'do not ask')
    .option('--lock-timeout <duration>', 'how long to wait for somebody else', duration, 0)
    .addHelpText(
      'after',
      examples([
        ['forge state recover', 'after .forge was lost, or put back'],
        ['forge state recover --auto-approve', 'without asking'],
      ]),
    )
    .action((options: { readonly autoApprove?: boolean; readonly lockTimeout: number }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-recover.ts')).stateRecover(invocation, options)),
    )
}

const addFiles = (state: Command, act: Act): void => {
  state
    .command('export')
    .description('the state as JSON, for another machine or for good keeping')
    .option('--out <file>', 'to a file (0600) instead of standard output')
    .option('--with-key', 'with the key that tells whether a secret changed')
    .addHelpText('after', examples([['forge state export --with-key --out state.json', 'to move to another host']]))
    .action((options: ExportOptions, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-files.ts')).stateExport(invocation, options)),
    )
  state
    .command('import')
    .argument('<file>')
    .description('take in an exported state; only where there is none, or an older one')
    .option('--force', 'although the state here has gone on since the export')
    .addHelpText('after', examples([['forge state import state.json', 'on the new host']]))
    .action((file: string, options: { readonly force?: boolean }, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-files.ts')).stateImport(invocation, file, options)),
    )
  state
    .command('backup')
    .argument('<file>')
    .description('a copy of the database, while others may work with it')
    .addHelpText('after', examples([['forge state backup before.db', 'a safe copy']]))
    .action((file: string, _: object, command: Command) =>
      act(command, async (invocation) => (await import('../commands/state-files.ts')).stateBackup(invocation, file)),
    )
}
