import { resolve } from 'node:path'
import type { Inputs, Wants } from '@forgeplan/config'
import type { SecretSource } from '@forgeplan/model'
import type { ImageMaker } from '@forgeplan/sdk'
import type { Invocation } from '../invocation.ts'
import { keyed } from './digest.ts'
import { imageHost } from './image-host.ts'
import { withoutSource } from './lost-source.ts'
import { readText } from './read-text.ts'
import { makeSecretReader } from './secret-sources.ts'
import type { SecretReader } from './secret-sources.ts'
import { givenVariables } from './variables.ts'

/** What a configuration asks for, read once. */
export interface Gathered {
  readonly inputs: Inputs
  readonly secrets: SecretReader
}

export interface Tools {
  /** The state's key; null before there is one. */
  readonly key: Uint8Array | null
  /** By the name in `images.*.plugin`. */
  readonly makers: ReadonlyMap<string, ImageMaker>
  /** The sources of images: `spare` where everything is only taken down, so that no image is made. */
  readonly sources: 'needed' | 'spare'
}

/** Reads files, environment, variables and secrets, and nothing that the document does not ask for. @throws Stop */
export const gather = async (invocation: Invocation, wants: Wants, tools: Tools): Promise<Gathered> => {
  const { key } = tools
  const { values: variables, origins } = await givenVariables(invocation, wants.variables)
  const secrets = makeSecretReader(invocation, variables)
  const { env } = invocation.globals
  const inputs: Inputs = {
    ...(env === undefined ? {} : { environmentName: env }),
    environment: environment(invocation, wants.environment),
    files: new Map(
      await Promise.all(wants.files.map(async (path) => [path, await readText(resolve(invocation.directory, path))] as const)),
    ),
    images: await identify(invocation, wants.images, tools),
    variables,
    origins,
    secrets: await digests(secrets, secretSources(wants), key),
  }
  return { inputs, secrets }
}

const environment = ({ shell }: Invocation, names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    names.flatMap((name) => {
      const text = shell.env[name]
      return text === undefined ? [] : [[name, text] as const]
    }),
  )

const identify = async (invocation: Invocation, wants: Wants['images'], { key, makers, sources }: Tools): Promise<Inputs['images']> => {
  const host = imageHost(invocation, key)
  const found = wants.map(async ({ name, plugin, block }) => [name, await makers.get(plugin)?.identify(block, host)] as const)
  const identities = new Map(
    (await Promise.all(found)).flatMap(([name, identity]) =>
      identity === undefined ? [] : [[name, sources === 'spare' ? withoutSource(name, identity) : identity] as const],
    ),
  )
  for (const { sources } of identities.values()) for (const [file, text] of sources ?? []) keepSource(invocation, file, text)
  return identities
}

// A file of the configuration has its own text, with other things covered.
const keepSource = ({ sources }: Invocation, file: string, text: string): void => {
  if (!sources.has(file)) sources.set(file, text)
}

const secretSources = (wants: Wants): readonly SecretSource[] => [
  ...new Set([...wants.secrets, ...wants.variables.filter((want) => want.sensitive).map((want): SecretSource => `var:${want.name}`)]),
]

const digests = async (secrets: SecretReader, sources: readonly SecretSource[], key: Uint8Array | null): Promise<Inputs['secrets']> => {
  const read = await Promise.all(sources.map(async (source) => ({ source, text: await secrets.look(source) })))
  return new Map(
    read.flatMap(({ source, text }) => (text === undefined ? [] : [[source, { digest: keyed(key, text), isEmpty: text === '' }] as const])),
  )
}
