import type { Argument, Command, Option } from 'commander'

/** What a word on the command line can be. */
export type Kind =
  | { readonly kind: 'flag' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'address' | 'image' | 'text' }

export interface OptionWords {
  /** `-C`, `--directory`. */
  readonly names: readonly string[]
  readonly doc: string
  readonly value: Kind
}

/** One command, as its completion sees it. */
export interface CommandWords {
  /** The words before: empty for `forge` itself, `state list`. */
  readonly at: string
  readonly doc: string
  readonly commands: readonly string[]
  /** Its own; those of `forge` itself fit everywhere. */
  readonly options: readonly OptionWords[]
  readonly values: readonly Kind[]
}

/** Every command of the program that is not hidden, parents first. */
export const commandWords = (program: Command): readonly CommandWords[] => wordsOf(program, '')

const wordsOf = (command: Command, at: string): readonly CommandWords[] => {
  const help = command.createHelp()
  const children = help.visibleCommands(command)
  const own: CommandWords = {
    at,
    doc: command.description(),
    commands: children.map((child) => child.name()),
    options: help.visibleOptions(command).map(optionWords),
    values: command.registeredArguments.map((argument) => argumentKind(argument)),
  }
  return [own, ...children.flatMap((child) => wordsOf(child, `${at} ${child.name()}`.trim()))]
}

const optionWords = (option: Option): OptionWords => ({
  names: [option.short, option.long].filter((name) => name != null),
  doc: option.description,
  value: option.required || option.optional ? kindOf(/<(.+)>|\[(.+)\]/.exec(option.flags)?.[1] ?? '', option.argChoices) : { kind: 'flag' },
})

const argumentKind = (argument: Argument): Kind => kindOf(argument.name(), argument.argChoices)

// What a value is called says what it is.
const kindOf = (name: string, choices: readonly string[] | undefined): Kind => {
  if (choices !== undefined) return { kind: 'choices', choices }
  if (['file', 'files', 'planfile', 'path'].includes(name)) return { kind: 'file' }
  if (name === 'dir') return { kind: 'folder' }
  if (name === 'image') return { kind: 'image' }
  return { kind: ['address', 'from', 'pattern'].includes(name) ? 'address' : 'text' }
}
