import { resolve } from 'node:path'
import type { VariableWant } from '@forgeplan/config'
import type { Diagnostic, Plain } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import type { Invocation } from '../invocation.ts'
import { problem, Stop } from '../stop.ts'
import { parseVarFile } from './var-file.ts'
import { readText } from './read-text.ts'

type Values = ReadonlyMap<string, Plain>

/** The values of variables, and in a few words where each of them was given. */
export interface GivenVariables {
  readonly values: Values
  readonly origins: ReadonlyMap<string, string>
}

/**
 * The variables that are given: `--var` beats FORGE_VAR_*, that beats a later `--var-file`, that beats an
 * earlier one. Standard input stands with `--var`. A saved plan needs only some of them, so that `others` may be there.
 * @throws Stop with every problem.
 */
export const givenVariables = async (
  invocation: Invocation,
  wants: readonly VariableWant[],
  others: 'refuse' | 'ignore' = 'refuse',
): Promise<GivenVariables> => {
  const { globals, terminal } = invocation
  const names = globals.varFile ?? []
  const files = await Promise.all(names.map((file) => fromFile(invocation, file)))
  const line = fromCommandLine(globals.var ?? [], wants)
  const input = globals.varStdin === undefined ? [] : [[globals.varStdin, withoutEnd(await terminal.readAll())] as const]
  const layers: readonly Layer[] = [
    ...files.map(({ values }, index) => ({ values, origin: () => `the variable file ${names[index] ?? ''}` })),
    { values: fromEnvironment(invocation, wants), origin: (name) => `the environment variable FORGE_VAR_${name}` },
    { values: line.values, origin: (name) => `--var ${name}` },
    { values: new Map(input), origin: (name) => `--var-stdin ${name}` },
  ]
  const given = merged(layers)
  const undeclared = others === 'ignore' ? [] : unknown([...given.values.keys()], wants)
  const problems = [...files.flatMap((file) => file.problems), ...line.problems, ...undeclared]
  if (problems.length > 0) throw new Stop(1, problems)
  return given
}

interface Layer {
  readonly values: Values
  readonly origin: (name: string) => string
}

// Later layers beat earlier ones.
const merged = (layers: readonly Layer[]): GivenVariables => ({
  values: new Map(layers.flatMap(({ values }) => [...values])),
  origins: new Map(layers.flatMap(({ values, origin }) => [...values.keys()].map((name) => [name, origin(name)] as const))),
})

interface Read {
  readonly values: Values
  readonly problems: readonly Diagnostic[]
}

const fromFile = async (invocation: Invocation, file: string): Promise<Read> => {
  const read = await readText(resolve(invocation.shell.cwd, file))
  if ('problem' in read) {
    return { values: new Map(), problems: [problem('FORGE6002', 'A variable file cannot be read', `${file}: ${read.problem}.`)] }
  }
  const parsed = parseVarFile(read.text)
  if (parsed instanceof Map) return { values: parsed, problems: [] }
  return { values: new Map(), problems: [problem('FORGE6008', 'A variable file cannot be used', `${file}: ${parsed.problem}.`)] }
}

const fromEnvironment = ({ shell }: Invocation, wants: readonly VariableWant[]): Values => {
  const set = wants.flatMap(({ name }) => {
    const text = shell.env[`FORGE_VAR_${name}`]
    return text === undefined ? [] : [[name, text] as const]
  })
  return new Map(set)
}

/** `NAME=VALUE` options; a sensitive one is refused, and its value is not repeated. */
export const fromCommandLine = (options: readonly string[], wants: readonly VariableWant[]): Read => {
  const sensitive = new Set(wants.filter((want) => want.sensitive).map((want) => want.name))
  const values = new Map<string, string>()
  const problems: Diagnostic[] = []
  for (const option of options) {
    const at = option.indexOf('=')
    const name = option.slice(0, Math.max(at, 0))
    if (at < 1) problems.push(problem('FORGE6007', 'Not of the form NAME=VALUE', 'A --var has a name, an equals sign and a value.'))
    else if (sensitive.has(name)) problems.push(onCommandLine(name))
    else if (values.has(name)) problems.push(problem('FORGE6007', 'A variable is given twice', `--var ${name} stands there twice.`))
    else values.set(name, option.slice(at + 1))
  }
  return { values, problems }
}

const onCommandLine = (name: string): Diagnostic =>
  problem(
    'FORGE6006',
    'A sensitive variable on the command line',
    `The variable ${name} is sensitive, and every user of this machine can read a command line. Use FORGE_VAR_${name}, a --var-file, or --var-stdin ${name}.`,
  )

const unknown = (names: readonly string[], wants: readonly VariableWant[]): readonly Diagnostic[] => {
  const declared = wants.map((want) => want.name)
  return names
    .filter((name) => !declared.includes(name))
    .map((name) => {
      const near = nearest(name, declared)
      const hint = near === undefined ? 'Declare it under variables.' : `Did you mean ${near}?`
      return problem('FORGE6007', 'No such variable', `The configuration declares no variable ${name}. ${hint}`)
    })
}

const withoutEnd = (text: string): string => text.replace(/\r?\n$/, '')
