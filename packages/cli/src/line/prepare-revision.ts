import type { Desired, Diagnostic, RequiredInput } from '@forgeplan/model'
import { findType } from '@forgeplan/model'
import type { Revision } from '@forgeplan/store'
import { loadKey } from '@forgeplan/store'
import { stateFolder } from '../begin.ts'
import { keyed } from '../inputs/digest.ts'
import type { SecretReader } from '../inputs/secret-sources.ts'
import type { Invocation } from '../invocation.ts'
import { secretsAgain } from '../planfile/requires.ts'
import type { Digests } from '../planfile/stored-config.ts'
import { parseDesired, withSecretsNow } from '../planfile/stored-config.ts'
import { failure, Stop } from '../stop.ts'
import { openExisting } from './open-existing.ts'
import type { Prepared } from './prepare.ts'
import { pluginsFor } from './worlds.ts'

/**
 * What a run of the journal wanted, with the secrets that are there now; no file of the configuration is read.
 * @throws Stop when there is no such run any more, this version cannot read it, or a secret is missing.
 */
export const prepareRevision = async (invocation: Invocation, number: number): Promise<Prepared> => {
  const stored = await storedDesired(invocation, number)
  await checkTypes(invocation, stored, number)
  const secrets = await secretsAgain(invocation, stored)
  const digests = await digestsNow(invocation, stored.requires, secrets)
  return { desired: withSecretsNow(stored, digests), places: new Map(), secrets, warnings: changedSecrets(stored, digests, number) }
}

const storedDesired = async (invocation: Invocation, number: number): Promise<Desired> => {
  await using store = await openExisting(invocation, 'read')
  const revisions = store.revisions()
  const run = revisions.find(({ revision }) => revision === number)
  if (run === undefined) throw noSuchRun(number, revisions)
  const desired = parseDesired(run.config)
  if (desired === undefined) throw unreadable(number, 'Another version of forge made it, so that its configuration cannot be read.')
  return desired
}

const noSuchRun = (number: number, revisions: readonly Revision[]): Stop => {
  const first = revisions[0]?.revision
  const last = revisions.at(-1)?.revision
  if (first === undefined || last === undefined)
    return failure('FORGE6024', 'No such revision', `There is no revision ${String(number)}: the journal holds no run.`)
  const there = first === last ? `only revision ${String(first)}` : `revisions ${String(first)} to ${String(last)}`
  const why =
    number < first
      ? `Revision ${String(number)} is too old: the journal keeps the last 50 runs.`
      : `There is no revision ${String(number)}.`
  return failure('FORGE6024', 'No such revision', `${why} There are ${there}; forge state history says what they did.`)
}

const unreadable = (number: number, why: string): Stop =>
  failure(
    'FORGE6024',
    'A revision that cannot be planned towards',
    `Revision ${String(number)}: ${why} Choose another one of forge state history, or bring the files of the configuration back.`,
  )

const checkTypes = async ({ directory }: Invocation, desired: Desired, number: number): Promise<void> => {
  const { catalog } = await pluginsFor(desired, null, directory)
  const gone = desired.units.find(({ type }) => findType(catalog, type) === undefined)
  if (gone !== undefined)
    throw unreadable(number, `Its ${gone.name} is of a type that the provider ${gone.provider} does not have any more.`)
}

// All that are missing are told at once.
const digestsNow = async (invocation: Invocation, requires: readonly RequiredInput[], secrets: SecretReader): Promise<Digests> => {
  const key = await loadKey(stateFolder(invocation))
  const read = await Promise.allSettled(requires.map(async ({ source }) => [source, keyed(key, await secrets.secret(source))] as const))
  const problems = read.flatMap((one) => {
    if (one.status === 'fulfilled') return []
    if (one.reason instanceof Stop) return one.reason.diagnostics
    throw one.reason
  })
  if (problems.length > 0) throw new Stop(1, problems)
  return new Map(read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
}

const changedSecrets = ({ requires }: Desired, digests: Digests, number: number): readonly Diagnostic[] =>
  requires.flatMap(({ source, digest }): readonly Diagnostic[] => {
    const now = digests.get(source)
    if (digest === null || now === null || now === digest) return []
    const detail = `${source} holds something else than at revision ${String(number)}. The plan uses what it holds now.`
    return [{ severity: 'warning', code: 'FORGE6025', summary: 'A secret is not what it was', detail }]
  })
