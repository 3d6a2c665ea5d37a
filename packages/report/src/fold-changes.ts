import type { Address, Change, FieldChange, ObjectSchema, Reason, TypeName, Unit } from '@forgeplan/model'
import { canonicalJson, compareText, memberOf } from '@forgeplan/model'
import { clip, escapeText } from './escape.ts'
import { fieldViews } from './field-view.ts'
import { inputViews } from './input-view.ts'
import type { MemberTemplate } from './member-template.ts'
import { memberFields, memberTemplate, orSame, templated } from './member-template.ts'
import { addressesText, splitAddress } from './members.ts'
import { fieldSchema } from './value-text.ts'
import type { BlockView, FieldView } from './view.ts'
import { actionOrder, reasonText } from './words.ts'

/** A change that does something. */
export type Doing = Exclude<Change, { readonly action: 'keep' }>

/** What folding one unit's changes needs to know of the unit. */
export interface UnitContext {
  readonly unit: Unit | undefined
  readonly sizeBefore: number
  readonly schemas: ReadonlyMap<TypeName, ObjectSchema>
}

interface Group {
  /** Groups with the same key are one. */
  readonly key: string
  readonly sample: Doing
  readonly changes: readonly Doing[]
}

/**
 * Folds identical changes into blocks, worst action first; linear. Changes with equal values fold first; only what is
 * left alone is compared with the member's own pieces taken out, so that `cpus: 2` of member 2 is not taken for its id.
 */
export const foldChanges = (changes: readonly Doing[], context: UnitContext): readonly BlockView[] => {
  const dependent = memberFields(context.unit)
  const raw = groupBy(changes.map((change) => keyed(change, [change])))
  const alone = raw.filter((group) => group.changes.length === 1)
  const merged = groupBy(alone.map((group) => generalised(group, withoutMember(group.sample, context.unit, dependent))))
  const single = merged.map((group) => (group.changes.length === 1 ? { ...group, sample: group.changes[0] ?? group.sample } : group))
  const groups = [...raw.filter((group) => group.changes.length > 1), ...single]
  return groups.map((group, at) => blockOf(group, context, at < compareLimit)).toSorted(compareBlocks)
}

const keyed = (sample: Doing, changes: readonly Doing[]): Group => ({ key: keyOf(sample), sample, changes })
const generalised = (group: Group, sample: Doing): Group => (sample === group.sample ? group : keyed(sample, group.changes))

const groupBy = (groups: readonly Group[]): readonly Group[] => {
  const byKey = new Map<string, Group & { readonly changes: Doing[] }>()
  for (const { key, sample, changes } of groups) {
    const same = byKey.get(key)
    if (same === undefined) byKey.set(key, { key, sample, changes: [...changes] })
    else same.changes.push(...changes)
  }
  return [...byKey.values()]
}

const keyOf = (change: Doing): string => {
  const { prefix, suffix } = splitAddress(change.address)
  return canonicalJson([change.action, change.type, prefix, suffix, change.reason, fieldsOf(change), notesOf(change)])
}

/** The field differences of a change; only three actions have any. */
export const fieldsOf = (change: Change): readonly FieldChange[] =>
  change.action === 'update' || change.action === 'restart' || change.action === 'replace' ? change.fields : noFields

const noFields: readonly FieldChange[] = []

const withoutMember = (change: Doing, unit: Unit | undefined, dependent: ReadonlySet<string>): Doing => {
  const template = memberTemplate(change.address, unit)
  if (template === null) return change
  const reason = reasonWithoutMember(change.reason, template)
  const of = fieldsOf(change)
  const fields = orSame(
    of,
    of.map((field) => fieldWithoutMember(field, template, dependent.has(field.field))),
  )
  if (reason === change.reason && fields === of) return change
  return change.action === 'update' || change.action === 'restart' || change.action === 'replace'
    ? { ...change, reason, fields }
    : { ...change, reason }
}

const fieldWithoutMember = (field: FieldChange, template: MemberTemplate, numbers: boolean): FieldChange => {
  const before = field.before === undefined ? undefined : templated(field.before, template, numbers)
  const after = field.after === undefined ? undefined : templated(field.after, template, numbers)
  return before === field.before && after === field.after ? field : { ...field, before, after }
}

const reasonWithoutMember = (reason: Reason, template: MemberTemplate): Reason => {
  if (reason.kind === 'owner') return { ...reason, address: templated(reason.address, template, false) as Address }
  // Each has another partner, whose number says nothing about it.
  if (reason.kind === 'successor-of' || reason.kind === 'succeeded-by')
    return { ...reason, address: splitAddress(reason.address).prefix as Address }
  return reason
}

// Distinct changes of a unit whose texts are compared line by line; a reader is long lost by then.
const compareLimit = 1000

const blockOf = ({ sample, changes }: Group, context: UnitContext, compare: boolean): BlockView => {
  const { prefix, suffix } = splitAddress(sample.address)
  return {
    action: sample.action,
    members: { prefix, ids: changes.flatMap(({ address }) => memberOf(address) ?? []), suffix },
    successors: null,
    count: changes.length,
    type: sample.type,
    reason: changes.length > 1 ? sharedReason(sample, changes, context.sizeBefore) : reasonText(sample, context.sizeBefore),
    notes: notesOf(sample),
    fields: viewsOf(sample, changes, context, compare),
  }
}

// Owners and partners differ as their members do; the block names them all.
const sharedReason = (sample: Doing, changes: readonly Doing[], sizeBefore: number): string => {
  const named = (kind: Reason['kind']): string =>
    addressesText(
      changes.flatMap(({ reason }) => (reason.kind === kind && 'address' in reason ? [reason.address] : [])),
      1,
    )
  const { kind } = sample.reason
  if (kind === 'owner') return `belongs to ${named(kind)}`
  if (kind === 'successor-of') return `come before ${named(kind)} go`
  return kind === 'succeeded-by' ? `${named(kind)} take their place` : reasonText(sample, sizeBefore)
}

const isMade = (change: Doing): change is Extract<Doing, { action: 'create' | 'import' }> =>
  change.action === 'create' || change.action === 'import'

const viewsOf = (sample: Doing, changes: readonly Doing[], { unit, schemas }: UnitContext, compare: boolean): readonly FieldView[] => {
  const schema = schemas.get(sample.type)
  const made = changes.filter(isMade)
  if (made.length > 0) return withWhyNew(sample, inputViews(made, schema, unit), { schema, compare })
  const fields = fieldsOf(sample).toSorted((a, b) => compareText(a.field, b.field))
  return fields.flatMap((field) => fieldViews(field, fieldSchema(schema, field.field), compare))
}

// What a new version is made of is told as the difference from the one before.
const withWhyNew = (
  { reason }: Doing,
  inputs: readonly FieldView[],
  { schema, compare }: { readonly schema: ObjectSchema | undefined; readonly compare: boolean },
): readonly FieldView[] => {
  if (reason.kind !== 'new-version') return inputs
  const told = new Set(reason.fields.map(({ field }) => field))
  const why = reason.fields.flatMap((field) => fieldViews(field, fieldSchema(schema, field.field), compare))
  return [...why, ...inputs.filter(({ name }) => !told.has(name))]
}

const notesOf = (change: Doing): readonly string[] => {
  switch (change.action) {
    case 'create':
      return [
        ...(change.resumes === null ? [] : ['goes on with the identity it was given before']),
        ...(change.replaces === null ? [] : ['in place of an object that is gone']),
      ]
    case 'replace':
      return change.fields.some((field) => field.effect === 'replace' && !field.uncertain) ||
        !change.fields.some((field) => field.uncertain)
        ? []
        : ['only if a value that apply will know makes it necessary']
    case 'release':
      // The reason may have said it.
      if (change.reason.kind === 'detached' || change.reason.kind === 'kept-by-policy') return []
      return [change.why === 'kept' ? 'kept by policy' : 'it was moved out of its place']
    case 'forget':
      return ['the object stays, if it stands']
    case 'import':
      return [
        ...(change.name === undefined ? [] : [`name ${clip(escapeText(change.name), 100)}`]),
        `id ${clip(escapeText(change.id), 100)}`,
        ...(change.asConfigured === true ? ['what cannot be read back is taken as configured'] : []),
      ]
    case 'update':
    case 'restart':
    case 'delete':
      return []
    default:
      return change satisfies never
  }
}

/** Worst action first. */
export const compareBlocks = (a: BlockView, b: BlockView): number => actionOrder.indexOf(a.action) - actionOrder.indexOf(b.action)
