import { resolve } from 'node:path'
import type { Resolver } from '@forgeplan/engine'
import type { Plain, SecretSource } from '@forgeplan/model'
import type { Invocation } from '../invocation.ts'
import { failure } from '../stop.ts'
import { readText } from './read-text.ts'

/** Fetches secrets from where the configuration says, each once, and makes them known to the redaction. */
export interface SecretReader extends Resolver {
  /** The text, or undefined where there is none. */
  look(source: SecretSource): Promise<string | undefined>
}

export const makeSecretReader = (invocation: Invocation, variables: ReadonlyMap<string, Plain>): SecretReader => {
  const cache = new Map<SecretSource, Promise<string | undefined>>()
  const look = (source: SecretSource): Promise<string | undefined> => {
    const found = cache.get(source) ?? fetch(invocation, variables, source)
    cache.set(source, found)
    return found
  }
  const secret = async (source: SecretSource): Promise<string> => {
    const text = await look(source)
    if (text === undefined) throw failure('FORGE6019', 'A secret cannot be read', `There is nothing at ${source}. ${remedy(source)}`)
    return text
  }
  return { look, secret }
}

const fetch = async (invocation: Invocation, variables: ReadonlyMap<string, Plain>, source: SecretSource): Promise<string | undefined> => {
  const text = await fetchText(invocation, variables, source)
  if (text !== undefined) invocation.shell.secrets.add(text)
  return text
}

const fetchText = async (
  { shell, directory }: Invocation,
  variables: ReadonlyMap<string, Plain>,
  source: SecretSource,
): Promise<string | undefined> => {
  const name = source.slice(source.indexOf(':') + 1)
  if (source.startsWith('env:')) return shell.env[name]
  if (source.startsWith('var:')) return textOf(variables.get(name) ?? shell.env[`FORGE_VAR_${name}`])
  const read = await readText(resolve(directory, name))
  return 'text' in read ? read.text.replace(/\r?\n$/, '') : undefined
}

const textOf = (value: Plain | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value)

const remedy = (source: SecretSource): string => {
  const name = source.slice(source.indexOf(':') + 1)
  if (source.startsWith('env:')) return `Set the environment variable ${name}.`
  if (source.startsWith('var:')) return `Give the variable as FORGE_VAR_${name}, in a --var-file, or with --var-stdin ${name}.`
  return `Write the file ${name} (relative to the configuration), readable only for you.`
}
