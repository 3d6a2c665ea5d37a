import type { CommandWords, Kind, OptionWords } from './words.ts'

/** The script for fish. */
export const fishScript = (all: readonly CommandWords[]): string => {
  const [root, ...rest] = all
  const values = new Set(all.flatMap(({ options }) => options.filter(({ value }) => value.kind !== 'flag').flatMap(({ names }) => names)))
  const lines = [
    ...(root === undefined ? [] : root.options.map((option) => optionLine(option, null))),
    ...all.flatMap((one) => linesOf(one, all)),
    ...rest.flatMap((one) => one.options.map((option) => optionLine(option, one.at))),
  ]
  return `# Completion of forge for fish. In ~/.config/fish/completions/forge.fish, or:  forge completion fish | source

# The command so far: 'state list'.
function __forge_at
    set -l at
    set -l pending 0
    for word in (commandline -opc)[2..-1]
        if test $pending = 1
            set pending 0
        else if contains -- $word ${[...values].map(quoted).join(' ')}
            set pending 1
        else if contains -- (string join ' ' $at $word) ${rest.map(({ at }) => quoted(at)).join(' ')}
            set at $at $word
        end
    end
    string join ' ' $at
end

function __forge_is
    set -l at (__forge_at)
    test "$at" = "$argv[1]"
end

function __forge_complete
    set -l around
    set -l pending
    for word in (commandline -opc)[2..-1]
        if set -q pending[1]
            set around $around $pending $word
            set -e pending
        else if contains -- $word -C --directory --env --state
            set pending $word
        end
    end
    set -l forge (commandline -opc)[1]
    $forge $around complete $argv[1] 2>/dev/null
end

complete -c forge -f
${lines.join('\n')}
`
}

const linesOf = (one: CommandWords, all: readonly CommandWords[]): readonly string[] => [
  ...one.commands.map((name) => {
    const doc = all.find(({ at }) => at === `${one.at} ${name}`.trim())?.doc ?? ''
    return `complete -c forge ${where(one.at)} -a ${quoted(name)} -d ${quoted(doc)}`
  }),
  ...(one.commands.length > 0 ? [] : [...new Set(one.values.map(valueOf))].filter((value) => value !== '')).map(
    (value) => `complete -c forge ${where(one.at)} ${value}`,
  ),
]

const optionLine = ({ names, doc, value }: OptionWords, at: string | null): string => {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
  const parts = [
    'complete -c forge',
    at === null ? '' : where(at),
    flags,
    value.kind === 'flag' ? '' : value.kind === 'file' ? '-r' : '-x',
    valueOf(value),
    `-d ${quoted(doc)}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

const where = (at: string): string => `-n ${quoted(`__forge_is "${at}"`)}`

const valueOf = (kind: Kind): string => {
  switch (kind.kind) {
    case 'choices':
      return `-a ${quoted(kind.choices.join(' '))}`
    case 'address':
      return "-a '(__forge_complete addresses)'"
    case 'image':
      return "-a '(__forge_complete images)'"
    case 'file':
      return '-F'
    case 'folder':
      return "-a '(__fish_complete_directories)'"
    case 'flag':
    case 'text':
      return ''
    default:
      return kind satisfies never
  }
}

// In single quotes fish knows only these two escapes.
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
