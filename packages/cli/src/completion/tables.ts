import type { CommandWords, Kind, OptionWords } from './words.ts'

/** The commands as functions of a shell that knows `case` (bash and zsh): what fits behind the words so far. */
export const shellTables = (all: readonly CommandWords[]): string => {
  const everywhere = all[0]?.options ?? []
  return [
    '# Sets f_cmds, f_opts and f_args to what fits behind the command $1; fails where it is none.',
    '_forge_command() {',
    '  case "$1" in',
    ...all.map((one) => `    ${quoted(one.at)}) ${commandTable(one, everywhere)} ;;`),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    '# Sets f_kind to what follows the option $2 of the command $1; fails where nothing does.',
    '_forge_option() {',
    '  case "$1 $2" in',
    ...all
      .slice(1)
      .flatMap((one) =>
        one.options
          .filter(takesValue)
          .map((option) => `    ${patterns(option, `${one.at} `)}) f_kind=${quoted(kindText(option.value))} ;;`),
      ),
    ...everywhere.filter(takesValue).map((option) => `    ${patterns(option, null)}) f_kind=${quoted(kindText(option.value))} ;;`),
    '    *) return 1 ;;',
    '  esac',
    '}',
  ].join('\n')
}

const commandTable = ({ commands, options, values }: CommandWords, everywhere: readonly OptionWords[]): string => {
  const names = [...new Set([...options, ...everywhere].flatMap((option) => option.names))]
  return `f_cmds=${quoted(commands.join(' '))} f_opts=${quoted(names.join(' '))} f_args=${quoted(values.map(kindText).join(';'))}`
}

const takesValue = ({ value }: OptionWords): boolean => value.kind !== 'flag'

// `null`: of every command.
const patterns = ({ names }: OptionWords, before: string | null): string =>
  names.map((name) => (before === null ? `*" ${name}"` : quoted(`${before}${name}`))).join(' | ')

const kindText = (kind: Kind): string => (kind.kind === 'choices' ? `choices ${kind.choices.join(' ')}` : kind.kind)

/** Text in single quotes for bash and zsh. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
