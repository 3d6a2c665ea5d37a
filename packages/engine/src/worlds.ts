import type { Catalog, Desired, Diagnostic, PlainMap, ProviderUse, SecretSource, State } from '@forgeplan/model'
import type { Flavor, Host, Provider, Session } from '@forgeplan/sdk'
import { learn } from './learn.ts'
import { Cancelled, EngineError, failureOf, problem } from './errors.ts'
import { Redactor } from './redact.ts'
import { resolveMap } from './resolve.ts'

/** Fetches a secret's text. @throws when it is not there. */
export interface Resolver {
  secret(source: SecretSource): Promise<string>
}

/** The open connections of one command. */
export interface Worlds {
  /** By provider name, as in the configuration or as a row keeps it. */
  readonly sessions: ReadonlyMap<string, Session>
  readonly catalog: Catalog
  /** By plugin name. */
  readonly flavors: ReadonlyMap<string, Flavor>
  /** Why a provider that only rows mention could not be opened. */
  readonly closed?: ReadonlyMap<string, string>
  /** Knows the secrets that were fetched to open the sessions. */
  readonly redactor?: Redactor
}

export interface OpenRequest {
  readonly desired: Desired
  readonly state: State
  readonly catalog: Catalog
  /** By plugin name. */
  readonly providers: ReadonlyMap<string, Provider>
  readonly flavors: ReadonlyMap<string, Flavor>
  readonly resolver: Resolver
  readonly host: Host
}

export interface OpenWorlds extends Worlds, AsyncDisposable {
  readonly closed: ReadonlyMap<string, string>
  readonly redactor: Redactor
}

/**
 * Opens every provider of the configuration and of the rows, all at once; the configuration wins where a name means
 * two things. A provider that only rows mention and that cannot be opened is `closed`: its rows read unreadable.
 * @throws EngineError when a configured provider cannot be opened, Cancelled when the opening was cut off; what was
 * opened is closed again.
 */
export const openWorlds = async (request: OpenRequest): Promise<OpenWorlds> => {
  const redactor = new Redactor()
  const resolver = keepingSecrets(request.resolver, redactor)
  const configured = new Set(request.desired.providers.map((provider) => provider.name))
  await learn(redactor, resolver, request)
  const tries = await Promise.all([...usesOf(request).values()].map((use) => openOne(use, request, resolver)))
  const sessions = new Map(tries.flatMap((at) => (at.session === undefined ? [] : [[at.name, at.session] as const])))
  const failed = tries.flatMap((at) => (at.session === undefined ? [{ name: at.name, why: redactor.text(at.why) }] : []))
  const fatal = failed.filter((at) => configured.has(at.name)).map(cannotOpen)
  // A provider that was told to give up says so in its own words, and those are not what went wrong.
  const cut = failed.length > 0 && request.host.signal.aborted
  if (cut || fatal.length > 0) {
    await closeAll(sessions.values())
    throw cut ? new Cancelled() : new EngineError(fatal)
  }
  return {
    sessions,
    catalog: request.catalog,
    flavors: request.flavors,
    closed: new Map(failed.map((at) => [at.name, at.why])),
    redactor,
    [Symbol.asyncDispose]: () => closeAll(sessions.values()),
  }
}

/** The resolver with a memory: each secret is fetched once and is known to the redactor before anybody sees it. */
export const keepingSecrets = (resolver: Resolver, redactor: Redactor): Resolver => {
  const fetched = new Map<SecretSource, Promise<string>>()
  const fetch = async (source: SecretSource): Promise<string> => {
    const text = await resolver.secret(source)
    redactor.add(text)
    return text
  }
  return {
    secret: (source) => {
      const known = fetched.get(source) ?? fetch(source)
      fetched.set(source, known)
      return known
    },
  }
}

type Opened =
  | { readonly name: string; readonly session: Session; readonly why?: never }
  | { readonly name: string; readonly session?: never; readonly why: string }

/** Every provider to open, by name: as the configuration has it, else as the rows keep it. */
export const usesOf = ({ desired, state }: Pick<OpenRequest, 'desired' | 'state'>): ReadonlyMap<string, ProviderUse> => {
  const used = new Set([...state.rows.values()].map((row) => row.context))
  const kept = [...state.contexts].flatMap(([id, context]) => (used.has(id) ? [context.provider] : []))
  return new Map([...kept, ...desired.providers].map((use) => [use.name, use]))
}

const openOne = async (use: ProviderUse, request: OpenRequest, resolver: Resolver): Promise<Opened> => {
  const provider = request.providers.get(use.plugin)
  if (provider === undefined) return { name: use.name, why: `There is no provider plugin ${use.plugin}.` }
  try {
    return { name: use.name, session: await provider.open(await settingsOf(use, resolver), request.host) }
  } catch (error) {
    return { name: use.name, why: failureOf(error, `The provider ${use.name}`).message }
  }
}

const settingsOf = (use: ProviderUse, resolver: Resolver): Promise<PlainMap> =>
  resolveMap(use.settings, { secret: (source) => resolver.secret(source) })

const cannotOpen = ({ name, why }: { readonly name: string; readonly why: string }): Diagnostic =>
  problem('FORGE5001', 'A provider cannot be opened', `The provider ${name} cannot be opened. ${why}`)

const closeAll = async (sessions: Iterable<Session>): Promise<void> => {
  // A session that cannot be closed must not hide what happened before.
  await Promise.allSettled([...sessions].map(async (session) => session[Symbol.asyncDispose]()))
}
