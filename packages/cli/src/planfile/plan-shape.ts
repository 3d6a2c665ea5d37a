import { isUuid, memberIdPattern, parseAddress, parseUnitName } from '@forgeplan/model'
import type { Shape } from './shape.ts'
import { anything, listOf, mapOf, maybeNull, oneOf, record, text, truth, union, whole, within } from './shape.ts'

// The form of `Plan` in `@forgeplan/model`, for data that anybody may have written. Kept strict: an unknown field is
// refused, so that nothing rides along that a reviewer was not shown.

const address: Shape = (value) => typeof value === 'string' && parseAddress(value) !== undefined
const unitName: Shape = (value) => typeof value === 'string' && parseUnitName(value) !== undefined
const uid: Shape = (value) => typeof value === 'string' && value.length > 0 && value.length <= 256
const digest: Shape = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
// One of the row, one of what was seen.
const basisDigest: Shape = (value) => typeof value === 'string' && /^[0-9a-f]{64}\.[0-9a-f]{64}$/.test(value)
const lineage: Shape = (value) => isUuid(value)
const stack: Shape = (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,62}(\/[a-z0-9][a-z0-9-]{0,62})?$/.test(value)
// What is read by that name is a file where it is nothing else.
const secretSource: Shape = (value) => typeof value === 'string' && /^(env|file|var):./.test(value)
const memberId: Shape = (value) => typeof value === 'string' && memberIdPattern.test(value)
const version: Shape = (value) => typeof value === 'string' && /^[0-9a-f]{12}$/.test(value)
const place: Shape = (value) => unitName(value) || address(value)
const count = within(0)
const texts = listOf(text)
const values = mapOf(anything)

const span = record({ file: text, start: whole, end: whole })
const diagnostic = record(
  { severity: oneOf('error', 'warning'), code: text, summary: text, detail: text },
  { span, address, related: listOf(record({ span, label: text })) },
)

const provider = record({ name: text, plugin: text, settings: values })
const flavor = record({ name: text, plugin: text, config: values })
const policy = record({ preventDestroy: truth, onDestroy: oneOf('destroy', 'keep'), ignoreChanges: texts }, { quorum: oneOf('majority') })

const context = record({ unit: unitName, provider, flavor: maybeNull(flavor), policy, dependsOn: listOf(unitName) })

const pass = union('kind', {
  holdFor: record({ kind: text, ms: count }),
  checks: record({ kind: text, checks: within(1), intervalMs: count }),
})
const update = record({
  order: oneOf('delete-first', 'create-first'),
  batch: within(1),
  maxUnavailable: count,
  maxSurge: count,
  canary: count,
  pass,
  timeoutMs: count,
  maxFailures: count,
  skipDrain: truth,
})

const unit = record({
  name: unitName,
  shape: union('kind', {
    single: record({ kind: text }),
    sized: record({ kind: text, size: within(0, 100_000) }),
    ids: record({ kind: text, ids: listOf(memberId) }),
    versions: record({ kind: text, wanted: version, keep: within(1) }),
  }),
  type: text,
  provider: text,
  inputs: values,
  flavor: maybeNull(flavor),
  policy,
  dependsOn: listOf(unitName),
  healthTimeoutMs: count,
  update,
  heal: maybeNull(record({ checks: within(1), intervalMs: count })),
})

const desired = record({
  stack,
  providers: listOf(provider),
  units: listOf(unit),
  outputs: listOf(record({ name: text, value: anything, sensitive: truth })),
  moved: listOf(record({ from: place, to: place })),
  maxDestroy: union('kind', { share: record({ kind: text, percent: whole }), count: record({ kind: text, count: whole }) }),
  requires: listOf(record({ source: secretSource, digest: maybeNull(digest) })),
})

const field = record(
  { field: text, effect: oneOf('live', 'restart', 'replace'), released: truth, uncertain: truth, drifted: truth },
  { before: anything, after: anything, lost: truth },
)
const reasons = {
  new: record({ kind: text }),
  'scaled-up': record({ kind: text, to: whole }),
  'scaled-down': record({ kind: text, to: whole }),
  'id-added': record({ kind: text }),
  'id-removed': record({ kind: text }),
  'new-version': record({ kind: text, before: address, fields: listOf(field) }),
  superseded: record({ kind: text, keep: within(1) }),
  'not-configured': record({ kind: text }),
  destroy: record({ kind: text }),
  configured: record({ kind: text, fields: texts }),
  drifted: record({ kind: text, fields: texts }),
  'content-changed': record({ kind: text, fields: texts }),
  vanished: record({ kind: text }),
  stopped: record({ kind: text, why: text }),
  requested: record({ kind: text }),
  interrupted: record({ kind: text }),
  detached: record({ kind: text, where: text }),
  'instead-of': record({ kind: text, address }),
  'succeeded-by': record({ kind: text, address }),
  unhealthy: record({ kind: text, why: text }),
  'provider-changed': record({ kind: text }),
  'kept-by-policy': record({ kind: text }),
  owner: record({ kind: text, address }),
}
const reason = union('kind', {
  ...reasons,
  // No successor's reason is one of these again: reading them has an end.
  'successor-of': record({ kind: text, address, why: union('kind', reasons), fields: listOf(field) }),
})

const subject = { address, type: text, action: text }
const about = { ...subject, reason }
const making = { ...about, inputs: values, context: digest }
const altered = record({ ...making, uid, fields: listOf(field) })
const ended = record({ ...about, uid })

const change = union('action', {
  keep: record({ ...subject, uid }),
  create: record({ ...making, resumes: maybeNull(uid), replaces: maybeNull(uid) }),
  update: altered,
  restart: altered,
  replace: altered,
  delete: ended,
  release: record({ ...about, uid, why: oneOf('kept', 'detached') }),
  forget: ended,
  import: record({ ...making, id: text }, { name: text, asConfigured: oneOf(true) }),
})

const gate = record({
  unit: unitName,
  members: listOf(address),
  failures: count,
  alive: maybeNull(record({ need: count, without: listOf(address) })),
  pass,
  deadlineMs: count,
  ask: truth,
})
const step = record({ id: text, kind: text, address, after: texts })
const plainSteps = Object.fromEntries(
  ['create', 'update', 'restart', 'delete', 'drain', 'join', 'leave', 'mark'].map((kind) => [kind, step]),
)
const steps = union('kind', {
  ...plainSteps,
  detach: record({ id: text, kind: text, address, part: address, after: texts }),
  gate: record({ id: text, kind: text, gate, after: texts }),
})

const roll = record(
  {
    unit: unitName,
    order: oneOf('delete-first', 'create-first'),
    size: count,
    alive: count,
    waves: listOf(record({ members: listOf(address), successors: listOf(address), gate: maybeNull(text), ask: maybeNull(text) })),
  },
  { leader: address },
)

/** Whether data has the form of a `Desired`, as a plan or a run of the journal keeps it. */
export const isDesiredShape: Shape = desired

/** Whether data has the form of a plan. */
export const isPlanShape: Shape = record(
  {
    format: oneOf(1),
    tool: whole,
    id: digest,
    stack,
    lineage: maybeNull(lineage),
    mode: oneOf('normal', 'destroy', 'refresh-only'),
    targets: texts,
    desired,
    realms: mapOf(text),
    contexts: mapOf(context),
    renamed: listOf(record({ uid, from: address, to: address, context: digest })),
    changes: listOf(change),
    steps: listOf(steps),
    rolls: listOf(roll),
    outputs: listOf(
      record({ name: text, action: oneOf('keep', 'create', 'update', 'delete'), sensitive: truth }, { before: anything, after: anything }),
    ),
    risks: listOf(record({ severity: text, kind: text, summary: text, addresses: listOf(address) })),
    refusals: listOf(record({ kind: text, exit: oneOf(1, 6), summary: text, remedy: text, addresses: listOf(address) })),
    lifts: listOf(record({ kind: text, detail: text })),
    basis: listOf(record({ address, uid: maybeNull(uid), digest: basisDigest })),
    warnings: listOf(diagnostic),
  },
  { revision: within(1) },
)
