import type { Began, Context, FlavorUse, Phase, Policy, ProviderUse, Row, RunRecord, RunResult } from '@forgeplan/model'
import type { ContextId, Lineage, PlanId, Realm, RemoteId, StackName, StepId, TypeName, Uid } from '@forgeplan/model'
import { isUuid, parseAddress, parseUnitName } from '@forgeplan/model'
import type { Guard } from './guard.ts'
import { count, flag, kind, list, mapOf, matching, nullable, oneOf, optional, parsed, record, tagged, text, time } from './guard.ts'
import { plainMap, valueMap } from './value-guard.ts'

const filled = /^[^]{1,1024}$/
export const uidGuard: Guard<Uid> = matching(filled)
export const planGuard: Guard<PlanId> = matching(filled)
export const stepGuard: Guard<StepId> = matching(filled)
export const contextIdGuard: Guard<ContextId> = matching(filled)
export const realmGuard: Guard<Realm> = text(4096)
export const remoteIdGuard: Guard<RemoteId> = text(4096)
export const typeGuard: Guard<TypeName> = matching(/^[a-z][a-z0-9-]{0,62}\/[a-z][a-z0-9-]{0,62}$/)
export const lineageGuard: Guard<Lineage> = (input): input is Lineage => isUuid(input)
export const stackGuard: Guard<StackName> = matching(/^[a-z][a-z0-9-]{0,62}(\/[a-z0-9][a-z0-9-]{0,62})?$/)
export const resultGuard: Guard<RunResult> = oneOf('done', 'failed', 'partial', 'interrupted', 'stale')
export const whyReleased = oneOf('kept', 'detached', 'removed-from-state')
export const addressGuard = parsed<Row['address']>(parseAddress)
export const digestGuard = text(256)
export const digestsGuard: Guard<Row['resolved']> = mapOf(digestGuard)
const unitGuard = parsed<Context['unit']>(parseUnitName)
const name = text(1024)

export const beganGuard: Guard<Began> = record<Began>({
  verb: oneOf('create', 'update', 'restart', 'delete', 'mark'),
  plan: planGuard,
  step: stepGuard,
  at: time,
  handle: nullable(text()),
  inputs: valueMap,
  context: contextIdGuard,
})

export const contextGuard: Guard<Context> = record<Context>({
  unit: unitGuard,
  provider: record<ProviderUse>({ name, plugin: name, settings: valueMap }),
  flavor: nullable(record<FlavorUse>({ name, plugin: name, config: valueMap })),
  policy: record<Policy>({
    preventDestroy: flag,
    onDestroy: oneOf('destroy', 'keep'),
    ignoreChanges: list(name),
    quorum: optional(oneOf('majority')),
  }),
  dependsOn: list(unitGuard),
})

const phaseGuard: Guard<Phase> = tagged<Phase>({
  creating: record({ kind: kind('creating'), began: beganGuard }),
  live: record({ kind: kind('live') }),
  changing: record({ kind: kind('changing'), began: beganGuard }),
  released: record({ kind: kind('released'), why: whyReleased }),
})

const rowFields = {
  uid: uidGuard,
  generation: count,
  address: addressGuard,
  phase: phaseGuard,
  type: typeGuard,
  typeVersion: count,
  realm: realmGuard,
  context: contextIdGuard,
  id: nullable(remoteIdGuard),
  inputs: valueMap,
  outputs: plainMap,
  specDigest: digestGuard,
  resolved: digestsGuard,
  startedAt: optional(time),
}

export const rowGuard: Guard<Row> = record<Row>({ ...rowFields, version: count })
/** A row as `recovered` carries it. */
export const unversionedRowGuard: Guard<Omit<Row, 'version'>> = record<Omit<Row, 'version'>>(rowFields)
export const runGuard: Guard<RunRecord> = record<RunRecord>({ plan: planGuard, revision: count, at: time, ended: nullable(resultGuard) })
