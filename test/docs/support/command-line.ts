import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeProgram } from '@forgeplan/cli'
import { root } from '../../e2e/support/command.ts'

/** The arguments of every `forge` and `npm` command in a script; a simple reader, for scripts that documents show. */
export const forgeCommands = (script: string): readonly (readonly string[])[] =>
  script
    .replaceAll(/\\\n/g, ' ')
    .split(/\n|&&|\|\||[;|()]/)
    .map((line) =>
      line
        .replace(/^\s*\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .replaceAll(/\d?>>?\s*\S+/g, '')
        .trim(),
    )
    .map((line) => line.split(/\s+/).filter((word) => word !== ''))
    .map((words) => words.slice(words.findIndex((word) => !/^\w+=/.test(word))))
    .flatMap((words) => {
      if (words[0] === 'forge' || words[0] === 'npm') return [words]
      return words[0] === 'npx' && words[1] === 'forge' ? [words.slice(1)] : []
    })

/** What is wrong with a command: an unknown command, option or script. */
export const problemsOf = ([program, ...argv]: readonly string[]): readonly string[] =>
  program === 'npm' ? npmProblems(argv) : forgeProblems(argv)

const npmProblems = ([verb = '', name = '']: readonly string[]): readonly string[] => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
  if (verb === 'ci' || verb === 'install') return []
  const script = verb === 'run' ? name : verb
  return Object.hasOwn(scripts, script) ? [] : [`npm has no script ${script}`]
}

const forgeProblems = (argv: readonly string[]): readonly string[] => {
  const said: string[] = []
  const program = makeProgram(() => Promise.resolve(), { out: () => undefined, err: (text) => void said.push(text) })
  try {
    program.parse(argv, { from: 'user' })
    return []
  } catch {
    return said.length === 0 ? [] : [`forge ${argv.join(' ')}: ${said.join('').trim()}`]
  }
}
