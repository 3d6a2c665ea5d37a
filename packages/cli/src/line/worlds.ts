import type { OpenWorlds } from '@forgeplan/engine'
import { openWorlds } from '@forgeplan/engine'
import type { Context, Desired, State, Unit } from '@forgeplan/model'
import { imageFiles, imageHost } from '../inputs/image-host.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import { loadPlugins } from '../plugins.ts'
import type { Plugins } from '../plugins.ts'

/** What a desired configuration and a state need between them: a row outlives the block that asked for it. */
export const pluginsFor = (desired: Desired, state: State | null, directory: string): Promise<Plugins> => {
  const kept = state === null ? [] : contextsInUse(state)
  const flavors = [...desired.units, ...kept].flatMap((owner) => (owner.flavor === null ? [] : [owner.flavor.plugin]))
  const providers = [...desired.providers, ...kept.map((context) => context.provider)].map((use) => use.plugin)
  return loadPlugins({ providers, flavors, images: desired.units.flatMap(imagePluginOf) }, directory)
}

const imagePluginOf = ({ shape, inputs }: Unit): readonly string[] => {
  const { plugin } = inputs
  return shape.kind === 'versions' && typeof plugin === 'string' ? [plugin] : []
}

const contextsInUse = (state: State): readonly Context[] => {
  const used = new Set([...state.rows.values()].map((row) => row.context))
  return [...state.contexts].flatMap(([id, context]) => (used.has(id) ? [context] : []))
}

/** Opens a session for every provider of the configuration and of the rows. @throws EngineError when one cannot be opened. */
export const openWorldsFor = async (request: {
  readonly invocation: Invocation
  readonly desired: Desired
  readonly state: State
  readonly secrets: SecretReader
}): Promise<OpenWorlds> => {
  const { invocation, desired, state, secrets } = request
  const { directory, shell, log } = invocation
  const { catalog, providers, flavors, images } = await pluginsFor(desired, state, directory)
  log.info(`open providers ${desired.providers.map((provider) => provider.name).join(', ')}`)
  // The session lives on after the first interrupt, so that what runs can finish.
  const host = { directory, signal: shell.interrupts.abort, images: imageFiles(imageHost(invocation), images) }
  return openWorlds({ desired, state, catalog, providers, flavors, resolver: secrets, host })
}
