import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Catalog, Diagnostic, Span } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import type { Flavor, ImageMaker, Provider } from '@forgeplan/sdk'
import { builtinFlavors, builtinImages, builtinProviders } from './builtins.ts'
import { failure, messageOf, Stop } from './stop.ts'

/** The plugins of a configuration: the planner's pure halves as a catalog, and the effects. By the text in `plugin:`, and by name. */
export interface Plugins {
  readonly catalog: Catalog
  readonly providers: ReadonlyMap<string, Provider>
  readonly flavors: ReadonlyMap<string, Flavor>
  readonly images: ReadonlyMap<string, ImageMaker>
}

export interface PluginNames {
  readonly providers: readonly string[]
  readonly flavors: readonly string[]
  readonly images: readonly string[]
}

/** Where the configuration names each plugin. */
export interface PluginSpans {
  readonly providers: ReadonlyMap<string, Span>
  readonly flavors: ReadonlyMap<string, Span>
  readonly images: ReadonlyMap<string, Span>
}

/**
 * Loads the named plugins. With `spans`, from a configuration, problems have their places, and a built-in name that does
 * not exist is left out for the decoder to point at; all that there are come instead, for it to name them.
 * @throws Stop with every module that cannot be loaded or is no plugin.
 */
export const loadPlugins = async (names: PluginNames, directory: string, spans: PluginSpans | null = null): Promise<Plugins> => {
  const providers = await loadAll(names.providers, providerKind, { directory, spans: spans?.providers ?? null })
  const flavors = await loadAll(names.flavors, flavorKind, { directory, spans: spans?.flavors ?? null })
  const images = await loadAll(names.images, imageKind, { directory, spans: spans?.images ?? null })
  const problems = [...providers.problems, ...flavors.problems, ...images.problems]
  if (problems.length > 0) throw new Stop(1, problems)
  const found = { providers: providers.found, flavors: flavors.found, images: images.found }
  return { catalog: found, ...found }
}

interface Kind<T extends { readonly name: string }> {
  readonly word: 'provider' | 'flavor' | 'image'
  /** The function of the SDK that makes one. */
  readonly define: string
  readonly builtins: Readonly<Record<string, () => Promise<T>>>
  /** What a module exports, if it is one. */
  parse(exported: unknown): T | undefined
}

interface Place {
  readonly directory: string
  /** Null: the names do not come from a configuration. */
  readonly spans: ReadonlyMap<string, Span> | null
}

interface Loaded<T> {
  readonly found: ReadonlyMap<string, T>
  readonly problems: readonly Diagnostic[]
}

const loadAll = async <T extends { readonly name: string }>(texts: readonly string[], kind: Kind<T>, place: Place): Promise<Loaded<T>> => {
  const builtins = Object.keys(kind.builtins)
  const wanted = texts.some((text) => !isModule(text) && !builtins.includes(text)) ? [...builtins, ...texts] : texts
  const problems: Diagnostic[] = []
  const load = async (text: string): Promise<readonly (readonly [string, T])[]> => {
    try {
      const plugin = await loadOne(text, kind, place)
      return plugin === undefined ? [] : [[text, plugin]]
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      problems.push(...error.diagnostics.map((diagnostic) => placed(diagnostic, place.spans?.get(text))))
      return []
    }
  }
  const found = (await Promise.all([...new Set(wanted)].map(load))).flat()
  // The catalog finds types by the provider's own name, which a path is not.
  return { found: new Map([...found.map(([, plugin]) => [plugin.name, plugin] as const), ...found]), problems }
}

const placed = (diagnostic: Diagnostic, span: Span | undefined): Diagnostic => (span === undefined ? diagnostic : { ...diagnostic, span })

const loadOne = async <T extends { readonly name: string }>(text: string, kind: Kind<T>, place: Place): Promise<T | undefined> => {
  const builtin = Object.hasOwn(kind.builtins, text) ? kind.builtins[text] : undefined
  if (builtin !== undefined) return builtin()
  if (isModule(text)) return fromModule(text, kind, place.directory)
  if (place.spans !== null) return undefined
  const near = nearest(text, Object.keys(kind.builtins))
  const hint = near === undefined ? `There are: ${Object.keys(kind.builtins).join(', ')}.` : `Did you mean ${near}?`
  throw failure(
    'FORGE6021',
    `Unknown ${kind.word} plugin`,
    `forge brings no ${kind.word} called ${text}. ${hint} A plugin of your own is a path such as ./${text}.js.`,
  )
}

const isModule = (text: string): boolean => isPath(text) || /[/@]/.test(text)
const isPath = (text: string): boolean => text.startsWith('./') || text.startsWith('../') || isAbsolute(text)

const fromModule = async <T extends { readonly name: string }>(text: string, kind: Kind<T>, directory: string): Promise<T> => {
  const module = await importFrom(text, directory, kind.word)
  const plugin = kind.parse(module[kind.word])
  if (plugin !== undefined) return plugin
  throw failure(
    'FORGE6005',
    'A module is not a plugin of forge',
    `${text} does not export a ${kind.word}: \`export const ${kind.word} = ${kind.define}({ ... })\`.`,
  )
}

const importFrom = async (text: string, directory: string, word: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const path = isPath(text) ? resolve(directory, text) : createRequire(join(directory, 'forge.yaml')).resolve(text)
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    const hint = isPath(text) ? 'The path is relative to the configuration.' : 'Is the package installed beside the configuration?'
    throw failure('FORGE6004', `A ${word} plugin cannot be loaded`, `${text}: ${firstLine(messageOf(error))} ${hint}`)
  }
}

const firstLine = (text: string): string => {
  const line = text.split('\n')[0] ?? ''
  return line.endsWith('.') ? line : `${line}.`
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const has = (value: Readonly<Record<string, unknown>>, types: Readonly<Record<string, string>>): boolean =>
  Object.entries(types).every(([key, type]) => (type === 'array' ? Array.isArray(value[key]) : typeof value[key] === type))

const providerKind: Kind<Provider> = {
  word: 'provider',
  define: 'defineProvider',
  builtins: builtinProviders,
  parse: (exported) =>
    isRecord(exported) && has(exported, { name: 'string', settings: 'object', types: 'array', machine: 'string', open: 'function' })
      ? (exported as unknown as Provider)
      : undefined,
}

const flavorKind: Kind<Flavor> = {
  word: 'flavor',
  define: 'defineFlavor',
  builtins: builtinFlavors,
  parse: (exported) =>
    isRecord(exported) &&
    has(exported, { name: 'string', config: 'object', prepare: 'function', hasHealth: 'function', hasDrain: 'function' })
      ? (exported as unknown as Flavor)
      : undefined,
}

const imageKind: Kind<ImageMaker> = {
  word: 'image',
  define: 'defineImageMaker',
  builtins: builtinImages,
  parse: (exported) =>
    isRecord(exported) && has(exported, { name: 'string', config: 'object', identify: 'function', make: 'function' })
      ? (exported as unknown as ImageMaker)
      : undefined,
}
