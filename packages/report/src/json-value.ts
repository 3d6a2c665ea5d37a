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
export const splitValue = (value: Value, schema: Schema | undefined): SplitValue => ({
  known: knownOf(value, schema),
  unknown: placesOf(value, schema, isUnknown),
  sensitive: placesOf(value, schema, isHidden),
})

const knownOf = (value: Value, schema: Schema | undefined): Plain | undefined => {
  if (isSealed(value, schema)) return { $sealed: sealOf(value) }
  if (isLate(value)) return undefined
  if (isList(value)) return value.map((item) => knownOf(item, itemSchema(schema)) ?? null)
  return isMap(value) ? Object.fromEntries(itemsOf(value, (item, key) => knownOf(item, fieldSchema(schema, key)))) : value
}

type Question = (value: Value, schema: Schema | undefined) => boolean

/** Where in `value` the answer is yes, as `true` in its shape; asked only of what is late or a secret. */
const placesOf = (value: Value, schema: Schema | undefined, question: Question): Plain | undefined => {
  if (isLate(value) || schema?.kind === 'secret') return question(value, schema) ? true : undefined
  if (isList(value)) {
    const flags = value.map((item) => placesOf(item, itemSchema(schema), question))
    return flags.some((flag) => flag !== undefined) ? flags.map((flag) => flag ?? false) : undefined
  }
  if (!isMap(value)) return undefined
  const flags = itemsOf(value, (item, key) => placesOf(item, fieldSchema(schema, key), question))
  return flags.length > 0 ? Object.fromEntries(flags) : undefined
}

const isSealed: Question = (value, schema) => schema?.kind === 'secret' || (isLate(value) && isSensitive(value))
const isUnknown: Question = (value, schema) => !isSealed(value, schema)
const isHidden: Question = (value, schema) => isSealed(value, schema) || isRuntime(value)

const isRuntime = (value: Value): boolean => {
  for (const leaf of leaves(value)) if (leaf.kind === 'runtime') return true
  return false
}

const sealOf = (value: Value): string | null => {
  const digests = [...leaves(value)].flatMap((leaf) => (leaf.kind === 'secret' ? [leaf.digest] : []))
  return digests.length === 0 || digests.includes(null) ? null : digests.join('+')
}

const itemSchema = (schema: Schema | undefined): Schema | undefined => (schema?.kind === 'list' ? schema.of : undefined)

type Items = readonly (readonly [key: string, made: Plain])[]

/** The items that `make` makes something of. */
const itemsOf = (map: ValueMap, make: (item: Value, key: string) => Plain | undefined): Items => {
  const items: [string, Plain][] = []
  for (const key of Object.keys(map)) {
    const made = make(map[key] as Value, key)
    if (made !== undefined) items.push([key, made])
  }
  return items
}

/** `splitValue` of an object's inputs. */
export const splitInputs = (inputs: ValueMap, schema: ObjectSchema | undefined): SplitValue => splitValue(inputs, schema)

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
