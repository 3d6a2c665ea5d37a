import type { Document, Wants } from '@forgeplan/config'
import { decode, expand, parse, pluginPlaces, snippetSources, wants, wantsOfSettings } from '@forgeplan/config'
import type { Catalog, Desired, Diagnostic, Places } from '@forgeplan/model'
import { loadKey, makeKey } from '@forgeplan/store'
import { stateFolder } from '../begin.ts'
import { configFiles } from '../inputs/config-files.ts'
import type { Tools } from '../inputs/gather.ts'
import { gather } from '../inputs/gather.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import { loadPlugins } from '../plugins.ts'
import { need } from '../stop.ts'

/** The pure front of the line: what the configuration wants, and where its secrets are. */
export interface Prepared {
  readonly desired: Desired
  readonly places: Places
  readonly secrets: SecretReader
  readonly warnings: readonly Diagnostic[]
}

/**
 * Files to desired: parse, wants, gather, catalog, decode, expand. `read` makes nothing; `make` makes the state's key
 * where there is none, once the configuration is known to be good. Where everything is only taken down, the sources of
 * images may be missing. @throws Stop with every problem.
 */
export const prepare = async (invocation: Invocation, key: 'read' | 'make', sources: Tools['sources'] = 'needed'): Promise<Prepared> => {
  const document = await readDocument(invocation)
  const present = await loadKey(stateFolder(invocation))
  const prepared = await decodeWith(invocation, document, { key: present, sources })
  if (present !== null || key === 'read') return prepared
  return decodeWith(invocation, document, { key: await makeKey(stateFolder(invocation)), sources })
}

/** Reads and parses the files; their texts become the sources of later snippets. */
const readDocument = async (invocation: Invocation): Promise<Document> => {
  const files = await configFiles(invocation.directory)
  for (const { file, text } of files) invocation.sources.set(file, text)
  const document = need(parse(files))
  coverSecrets(invocation, document, { providers: new Map(), flavors: new Map(), images: new Map() })
  return document
}

// A secret that somebody wrote into the file is a problem, and its snippet must not show it.
const coverSecrets = ({ sources }: Invocation, document: Document, catalog: Catalog): void => {
  for (const [file, text] of snippetSources(document, catalog)) sources.set(file, text)
}

const decodeWith = async (invocation: Invocation, document: Document, how: Pick<Tools, 'key' | 'sources'>): Promise<Prepared> => {
  const wanted: Wants = wants(document)
  const names = { providers: wanted.plugins, flavors: wanted.flavorPlugins, images: wanted.imagePlugins }
  const spans = {
    providers: pluginPlaces(document, 'providers'),
    flavors: pluginPlaces(document, 'flavors'),
    images: pluginPlaces(document, 'images'),
  }
  const { catalog, images: makers } = await loadPlugins(names, invocation.directory, spans)
  const { inputs, secrets } = await gather(invocation, wantsOfSettings(wanted, document, catalog), { ...how, makers })
  coverSecrets(invocation, document, catalog)
  const warnings: Diagnostic[] = []
  const collect = (more: readonly Diagnostic[]): void => void warnings.push(...more)
  const { desired, places } = need(expand(need(decode(document, catalog, inputs), collect)), collect)
  return { desired, places, secrets, warnings }
}
