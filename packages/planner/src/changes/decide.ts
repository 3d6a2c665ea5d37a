import type { Began, Change, ContextId, Diagnostic, FieldChange, Observation, Phase, Present, Reason, Realm, Row } from '@forgeplan/model'
import { sameValue } from '@forgeplan/model'
import type { Hash } from '../context.ts'
import type { Difference, Known } from './diff.ts'
import { dearest, differenceOf } from './diff.ts'
import { absenceOf } from './absence.ts'
import { isCutOffImport } from './cut-off-import.ts'
import type { Wanted } from '../members/instantiate.ts'

/** What is planned for one wanted object, or why nothing can be. */
export interface Decision {
  readonly change: Change
  /** The object cannot be trusted to be what its row says; apply must not go on. */
  readonly unreadable: string | null
  /** Where somebody moved it. */
  readonly detached: string | null
  readonly problems: readonly Diagnostic[]
}

export interface Sight {
  readonly wanted: Wanted
  readonly context: ContextId
  readonly row: Row | undefined
  readonly seen: Observation
  /** Why a new object would be made, from the roster. */
  readonly reason: Reason
  readonly realm: Realm | undefined
  readonly forced: boolean
  /** Why an unwell object is to be made anew; null: it is not. */
  readonly unwell: string | null
  readonly known: Known
  readonly hash: Hash
}

/** One row, one look, one wanted object: one change. */
export const decide = (sight: Sight): Decision => {
  const { row, seen } = sight
  if (row === undefined) return plain(create(sight, sight.reason, null))
  if (isUnfinished(row)) return unfinished(sight, row)
  switch (seen.kind) {
    case 'absent':
      return plain(isCutOffImport(row) ? forget(sight, row) : { ...create(sight, absenceOf(row), null), replaces: row.uid })
    case 'present':
      return isCutOffImport(row) ? importAgain(sight, row, seen) : standing(sight, row, seen)
    case 'pending':
      return plain(row.phase.kind === 'changing' ? goOn(sight, row, row.phase.began.verb) : keep(sight, row))
    case 'detached':
      return { ...plain(keep(sight, row)), detached: seen.where }
    case 'copy':
    case 'foreign':
      return { ...plain(keep(sight, row)), unreadable: 'another object stands in its place, which forge did not make' }
    case 'unreadable':
      return { ...plain(keep(sight, row)), unreadable: seen.why }
    default:
      return seen satisfies never
  }
}

const plain = (change: Change): Decision => ({ change, unreadable: null, detached: null, problems: [] })

type Create = Extract<Change, { action: 'create' }>

const create = ({ wanted, context }: Sight, reason: Reason, resumes: Row['uid'] | null): Create => ({
  action: 'create',
  address: wanted.address,
  type: wanted.type.name,
  reason,
  inputs: wanted.inputs,
  context,
  resumes,
  replaces: null,
})

const keep = ({ wanted }: Sight, row: Row): Change => ({ action: 'keep', address: wanted.address, type: wanted.type.name, uid: row.uid })

type Unfinished = Row & { readonly phase: Extract<Phase, { kind: 'creating' }> }

const isUnfinished = (row: Row): row is Unfinished => row.phase.kind === 'creating' && !isCutOffImport(row)

// There was nothing to make: what shall stand here is asked for anew, by the next plan.
const forget = ({ wanted }: Sight, row: Row): Change => ({
  action: 'forget',
  address: wanted.address,
  type: wanted.type.name,
  uid: row.uid,
  reason: { kind: 'interrupted' },
})

// What it is made of is no matter yet: the row only learns what the object has.
const importAgain = (sight: Sight, row: Row, { id }: Present): Decision => {
  if (elsewhere(sight, row))
    return { ...plain(keep(sight, row)), unreadable: 'its import was cut off, and since then its type or provider has changed' }
  const { address, type, inputs, context } = create(sight, { kind: 'interrupted' }, null)
  return plain({ action: 'import', address, type, reason: { kind: 'interrupted' }, inputs, context, id })
}

// The create may or may not have had its effect: the same uid is asked for again, which finds what is there.
const unfinished = (sight: Sight, row: Unfinished): Decision => {
  const { seen } = sight
  switch (seen.kind) {
    case 'absent':
      return plain(
        elsewhere(sight, row)
          ? { ...create(sight, { kind: 'interrupted' }, null), replaces: row.uid }
          : create(sight, { kind: 'interrupted' }, row.uid),
      )
    case 'present':
      return halfMade(sight, row, seen)
    case 'pending':
      return halfMade(sight, row, null)
    case 'detached':
      return { ...plain(keep(sight, row)), detached: seen.where }
    case 'copy':
    case 'foreign':
      return { ...plain(keep(sight, row)), unreadable: 'an object of another owner carries its identity' }
    case 'unreadable':
      return { ...plain(keep(sight, row)), unreadable: seen.why }
    default:
      return seen satisfies never
  }
}

// It was begun as something that may no longer be what is wanted; finishing it cannot change what it is made of.
const halfMade = (sight: Sight, row: Unfinished, seen: Present | null): Decision => {
  if (elsewhere(sight, row)) return plain(change(sight, row, 'replace', { reason: { kind: 'provider-changed' }, fields: [] }))
  const { fields, refused } = differenceFor(sight, { ...row, inputs: row.phase.began.inputs }, seen)
  const effect = dearest(fields)
  if (effect === 'replace') return plain(change(sight, row, 'replace', { reason: reasonOf(sight, row, fields), fields }))
  if (effect === 'restart' && seen !== null) return plain(change(sight, row, 'restart', { reason: reasonOf(sight, row, fields), fields }))
  return { ...plain(create(sight, { kind: 'interrupted' }, row.uid)), problems: refused.map(({ field }) => refusedField(sight, field)) }
}

const differenceFor = ({ wanted, known, hash }: Sight, row: Row, seen: Present | null): Difference =>
  differenceOf({ type: wanted.type, row, seen, desired: wanted.inputs, ignore: wanted.unit.policy.ignoreChanges, known, hash })

const standing = (sight: Sight, row: Row, seen: Present): Decision => {
  if (elsewhere(sight, row)) return plain(change(sight, row, 'replace', { reason: { kind: 'provider-changed' }, fields: [] }))
  const difference = differenceFor(sight, row, seen)
  // A new object can have what the old one could not be changed to.
  if (sight.forced) return plain(change(sight, row, 'replace', { reason: { kind: 'requested' }, fields: difference.fields }))
  const problems = difference.refused.map(({ field }) => refusedField(sight, field))
  const repaired = repair(sight, row, seen, difference)
  const isDoomed = sight.unwell !== null && (repaired.action === 'keep' || repaired.action === 'update')
  const reason: Reason = { kind: 'unhealthy', why: sight.unwell ?? '' }
  return { ...plain(isDoomed ? change(sight, row, 'replace', { reason, fields: difference.fields }) : repaired), problems }
}

const elsewhere = ({ wanted, realm }: Sight, row: Row): boolean =>
  row.type !== wanted.type.name || (realm !== undefined && row.realm !== realm)

const repair = (sight: Sight, row: Row, seen: Present, { fields }: Difference): Change => {
  const effect = dearest(fields)
  // An operation without an outcome is carried out again, even if nothing seems to be missing.
  const interrupted = row.phase.kind === 'changing' ? row.phase.began.verb : null
  const reason: Reason = fields.length > 0 ? reasonOf(sight, row, fields) : { kind: 'interrupted' }
  if (effect === 'replace') return change(sight, row, 'replace', { reason, fields })
  if (seen.status.kind === 'stopped') return change(sight, row, 'restart', { reason: { kind: 'stopped', why: seen.status.why }, fields })
  if (effect === 'restart' || interrupted === 'restart') return change(sight, row, 'restart', { reason, fields })
  return fields.length > 0 || interrupted !== null ? change(sight, row, 'update', { reason, fields }) : keep(sight, row)
}

// Apply waits for what is under way, and then does what was begun; a run that only kept it would say that all is done.
const goOn = (sight: Sight, row: Row, verb: Began['verb']): Change =>
  change(sight, row, verb === 'restart' ? 'restart' : 'update', { reason: { kind: 'interrupted' }, fields: [] })

const reasonOf = ({ wanted }: Sight, row: Row, fields: readonly FieldChange[]): Reason => {
  const names = fields.map(({ field }) => field)
  if (fields.every(({ drifted }) => drifted)) return { kind: 'drifted', fields: names }
  const isContent = ({ field, after }: FieldChange): boolean =>
    wanted.type.contents?.includes(field) === true && after !== undefined && sameValue(after, row.inputs[field])
  return { kind: fields.every(isContent) ? 'content-changed' : 'configured', fields: names }
}

const change = (
  { wanted, context }: Sight,
  row: Row,
  action: 'update' | 'restart' | 'replace',
  { reason, fields }: { readonly reason: Reason; readonly fields: readonly FieldChange[] },
): Change => ({ action, address: wanted.address, type: wanted.type.name, uid: row.uid, inputs: wanted.inputs, context, reason, fields })

const wayOut = ({ address, owner }: Wanted): string =>
  owner === null ? `make a new object with --replace ${address}` : `give ${owner} a new one under another name in its place`

const refusedField = ({ wanted }: Sight, field: string): Diagnostic => ({
  severity: 'error',
  code: 'FORGE3003',
  summary: 'A field cannot be changed',
  detail: `The field "${field}" of ${wanted.address} cannot be changed in this way once the object stands. Set it back, or ${wayOut(wanted)}.`,
  address: wanted.address,
})
