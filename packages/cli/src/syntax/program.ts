import { Command } from 'commander'
import { version } from '../version.ts'
import type { Act } from './act.ts'
import { examples } from './act.ts'
import { addCompletion } from './completion.ts'
import { addConsole } from './console.ts'
import { addGlobals } from './globals.ts'
import { addLine } from './line.ts'
import { surroundings } from './environment.ts'
import { addFiles } from './files.ts'
import { addImage } from './image.ts'
import { addImport } from './import.ts'
import { addState } from './state.ts'
import { addViews } from './views.ts'

/** The whole command line as commander knows it. Nothing heavy is loaded before an action runs. */
export const makeProgram = (act: Act, write: { out(text: string): void; err(text: string): void }): Command => {
  const program = new Command('forge')
  program
    .description('Plan, build and repair fleets of machines from one file.')
    .version(`forge ${version}`, '-V, --version', 'the version')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [command]', 'help for a command')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => write.out(text), writeErr: (text) => write.err(text) })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      examples([
        ['forge plan', 'what would be done'],
        ['forge apply', 'plan, ask, do'],
        ['forge -C examples/quickstart plan', 'in another folder'],
      ]),
    )
    .addHelpText('after', surroundings)
  addGlobals(program)
  addLine(program, act)
  addViews(program, act)
  addConsole(program, act)
  addImage(program, act)
  addState(program, act)
  addFiles(program, act)
  addImport(program, act)
  addCompletion(program, act)
  return program
}
