import type { Effect, FieldChange, Leaf, Present, ResourceType, Row, Value, ValueMap } from '@forgeplan/model'
import type { Hash } from '../context.ts'
import { specDigest } from '../context.ts'
import { isResolvedTo } from '../resolved.ts'
import { compareText, groupUnit, isKnown, isSensitive, leaves, normalise, reduce, sameValue, unitOf } from '@forgeplan/model'

/** What is known of other objects' outputs while planning: `undefined` where only apply can tell. */
export type Known = (leaf: Leaf) => Value | undefined

/** A field that cannot be changed at all. */
export interface Refused {
  readonly field: string
}

export interface Difference {
  readonly fields: readonly FieldChange[]
  readonly refused: readonly Refused[]
}

interface Sides {
  readonly type: ResourceType
  readonly row: Row
  readonly seen: Present | null
  readonly desired: ValueMap
  readonly ignore: readonly string[]
  readonly known: Known
  readonly hash: Hash
}

/**
 * Field by field: what is wanted against what is seen, or, where a field cannot be read back, against what was last
 * applied. A field that the configuration no longer mentions is released, not reset.
 */
export const differenceOf = (sides: Sides): Difference => {
  const last = lastApplied(sides)
  const names = [...new Set([...Object.keys(sides.desired), ...Object.keys(last)])].filter((name) => !sides.ignore.includes(name))
  const outcomes = names.map((name) => fieldDifference(sides, last, name)).filter((outcome) => outcome !== null)
  // In order only now: of most objects nothing changes.
  const changes = outcomes.toSorted((a, b) => compareText(a.field, b.field))
  return {
    fields: changes.filter((change): change is FieldChange => change.effect !== undefined),
    refused: changes.flatMap((change) => (change.effect === undefined ? [{ field: change.field }] : [])),
  }
}

const lastApplied = ({ type, row }: Sides): ValueMap =>
  row.typeVersion < type.version && type.upgrade !== undefined ? type.upgrade(row.typeVersion, row.inputs) : row.inputs

type Outcome = FieldChange | (Refused & { readonly effect: undefined }) | null

const fieldDifference = (sides: Sides, last: ValueMap, name: string): Outcome => {
  const { type, seen, known } = sides
  const applied = last[name]
  const sight = readBack(type, seen, name)
  const before = sight ?? applied
  if (before === undefined && isRecovered(sides)) return recovered(name, sides.desired[name])
  if (!Object.hasOwn(sides.desired, name)) return released(name, before)
  const wanted = sides.desired[name] as Value
  const after = normal(type, name, reduce(wanted, known))
  const drifted = sight !== undefined && isDrift(type, name, sight, applied)
  if (isKnown(after)) {
    const same = sight === undefined ? sameReadOnly(sides, name, { wanted, after }, applied) : sameValue(after, sight)
    return same ? null : outcome(sides, { field: name, before, after, released: false, uncertain: false, drifted })
  }
  if (sameValue(wanted, applied) && settled(wanted, sides)) return null
  const uncertain = !isSensitive(wanted)
  return outcome(sides, { field: name, before, after: wanted, released: false, uncertain, drifted: false })
}

// A file that holds something else was changed by its owner, who wants it that way: nothing is set back.
const isDrift = (type: ResourceType, name: string, sight: Value, applied: Value | undefined): boolean =>
  type.contents?.includes(name) !== true && applied !== undefined && isKnown(applied) && !sameValue(sight, applied)

// What cannot be read back compares with what was applied: a known value with itself, a late one by the digest of what
// it came to, and one of which no digest is kept by its expression.
const sameReadOnly = (
  { row, hash }: Sides,
  name: string,
  { wanted, after }: { readonly wanted: Value; readonly after: Value },
  applied: Value | undefined,
): boolean => {
  if (applied === undefined) return false
  if (Object.hasOwn(row.resolved, name)) return isResolvedTo(row, name, after, hash)
  return sameValue(wanted, applied) || sameValue(after, applied)
}

// Late for a reason other than an object that this very plan makes anew. A group's own members are peers: they come
// and go without their changes being each other's.
const settled = (value: Value, { known, row }: Sides): boolean => {
  const own = unitOf(row.address)
  for (const leaf of leaves(value)) {
    if (leaf.kind === 'output' && unitOf(leaf.of) !== own && known(leaf) === undefined) return false
    if (leaf.kind === 'members' && groupUnit(leaf.group) !== own && known(leaf) === undefined) return false
  }
  return true
}

const readBack = (type: ResourceType, seen: Present | null, name: string): Value | undefined => {
  if (seen === null || type.volatile?.includes(name) === true || !Object.hasOwn(seen.inputs, name)) return undefined
  return normal(type, name, seen.inputs[name] as Value)
}

const normal = (type: ResourceType, name: string, value: Value): Value => {
  const field = Object.hasOwn(type.inputs.fields, name) ? type.inputs.fields[name] : undefined
  return field === undefined ? value : normalise(field.schema, value)
}

// A row that was rebuilt from its mark under another configuration does not know what was put into fields that cannot be
// read back: they may differ, which is never a reason to replace by itself.
const isRecovered = ({ row, hash }: Sides): boolean => row.specDigest !== specDigest(row.inputs, hash)

const recovered = (field: string, after: Value | undefined): Outcome => ({
  field,
  before: undefined,
  after,
  effect: 'live',
  released: false,
  uncertain: false,
  drifted: false,
  lost: true,
})

const released = (field: string, before: Value | undefined): FieldChange => ({
  field,
  before,
  after: undefined,
  effect: 'live',
  released: true,
  uncertain: false,
  drifted: false,
})

const outcome = ({ type, seen }: Sides, change: Omit<FieldChange, 'effect'>): Outcome => {
  const effect: Effect = type.effect(change.field, change.before, change.after, seen)
  return effect === 'refuse' ? { field: change.field, effect: undefined } : { ...change, effect }
}

/** The dearest effect of the fields. A replacement has to be sure; a restart may turn out not to be needed. */
export const dearest = (fields: readonly FieldChange[]): FieldChange['effect'] => {
  const sure = fields.filter((field) => !field.uncertain)
  if (sure.some((field) => field.effect === 'replace')) return 'replace'
  return fields.some((field) => field.effect === 'restart') ? 'restart' : 'live'
}
