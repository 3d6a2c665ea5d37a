import type { ObjectSchema, Plain, PlainMap, Schema, Value, ValueMap } from '@forgeplan/model'
import { isKnown, isLate, isList, isMap, isSensitive, leaves } from '@forgeplan/model'
import { templateOf, templateText } from './expression.ts'
import { fieldSchema } from './value-text.ts'

/** A value as Terraform's JSON splits it: what is known, and where it is unknown or sensitive (`undefined`: nowhere). */
export interface SplitValue {
  readonly known: Plain | undefined
  readonly unknown: Plain | undefined
  readonly sensitive: Plain | undefined
}

/** Splits a value; secrets are `{"$sealed": digest or null}`, so that equality can still be seen. */
export const splitValue = (value: Value, schema: Schema | undefined): SplitValue => {
  if (schema?.kind === 'secret' || (isLate(value) && isSensitive(value)))
    return { known: { $sealed: sealOf(value) }, unknown: undefined, sensitive: true }
  if (isLate(value)) return { known: undefined, unknown: true, sensitive: isRuntime(value) ? true : undefined }
  if (isList(value)) return splitList(value, schema)
  if (isMap(value)) return splitMap(value, schema)
  return { known: isKnown(value) ? value : null, unknown: undefined, sensitive: undefined }
}

const isRuntime = (value: Value): boolean => {
  for (const leaf of leaves(value)) if (leaf.kind === 'runtime') return true
  return false
}

const sealOf = (value: Value): string | null => {
  const digests = [...leaves(value)].flatMap((leaf) => (leaf.kind === 'secret' ? [leaf.digest] : []))
  return digests.length === 0 || digests.includes(null) ? null : digests.join('+')
}

const splitList = (items: readonly Value[], schema: Schema | undefined): SplitValue => {
  const parts = items.map((item) => splitValue(item, schema?.kind === 'list' ? schema.of : undefined))
  const flags = (pick: (part: SplitValue) => Plain | undefined): Plain | undefined =>
    parts.some((part) => pick(part) !== undefined) ? parts.map((part) => pick(part) ?? false) : undefined
  return {
    known: parts.map((part) => part.known ?? null),
    unknown: flags((part) => part.unknown),
    sensitive: flags((part) => part.sensitive),
  }
}

const splitMap = (map: ValueMap, schema: Schema | undefined): SplitValue => {
  const parts = Object.entries(map).map(([key, item]) => [key, splitValue(item, fieldSchema(schema, key))] as const)
  const collect = (pick: (part: SplitValue) => Plain | undefined): PlainMap =>
    Object.fromEntries(
      parts.flatMap(([key, part]) => {
        const of = pick(part)
        return of === undefined ? [] : [[key, of] as const]
      }),
    )
  const flags = (pick: (part: SplitValue) => Plain | undefined): Plain | undefined =>
    parts.some(([, part]) => pick(part) !== undefined) ? collect(pick) : undefined
  return { known: collect((part) => part.known), unknown: flags((part) => part.unknown), sensitive: flags((part) => part.sensitive) }
}

/** `splitValue` of an object's inputs. */
export const splitInputs = (inputs: ValueMap, schema: ObjectSchema | undefined): SplitValue => splitMap(inputs, schema)

/** Values as a state keeps them: secrets are sealed, and a late one is `{"$late": its expression}`. */
export const storedJson = (map: ValueMap, schema: ObjectSchema | undefined): PlainMap =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, storedValue(value, fieldSchema(schema, key))]))

const storedValue = (value: Value, schema: Schema | undefined): Plain => {
  if (schema?.kind === 'secret' || (isLate(value) && isSensitive(value))) return { $sealed: sealOf(value) }
  if (isLate(value)) return { $late: templateOf(value) ?? templateText([value]) }
  if (isList(value)) return value.map((item) => storedValue(item, schema?.kind === 'list' ? schema.of : undefined))
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, storedValue(item, fieldSchema(schema, key))]))
  return isKnown(value) ? value : null
}
