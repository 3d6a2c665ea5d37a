import type { PlainMap, RemoteId, ResourceType, Schema, Uid, ValueMap } from '@forgeplan/model'
import { normalise, uid } from '@forgeplan/model'
import { asLoose, takeId, takeMap, takeText } from './hostile.ts'

/** A standing object that a provider offers for import; `inputs` as they are read back. */
export interface Candidate {
  readonly id: RemoteId
  readonly uid: Uid
  readonly name: string
  readonly inputs: PlainMap
  readonly outputs: PlainMap
}

/** No more than so many are read; those of one folder are never that many. */
export const mostCandidates = 10_000

/** What a provider's `find` yields, read as data from outside; at most `mostCandidates`. @throws ProviderError `internal` */
export const takeCandidates = async (items: AsyncIterable<unknown>, signal: AbortSignal): Promise<readonly Candidate[]> => {
  const found: Candidate[] = []
  for await (const item of items) {
    signal.throwIfAborted()
    const { id, uid: own, name, inputs, outputs } = asLoose(item, 'an object to import')
    found.push({
      id: takeId(id),
      uid: uid(takeText(own, 'the identity', 256)),
      name: takeText(name, 'the name', 1024),
      inputs: takeMap(inputs, 'the inputs'),
      outputs: takeMap(outputs, 'the outputs'),
    })
    if (found.length >= mostCandidates) break
  }
  return found
}

/** What is seen of the fields that are wanted, in normal form and without secrets: what else the object has, nobody manages. */
export const readableInputs = ({ inputs: schema }: ResourceType, seen: PlainMap, wanted: ValueMap): ValueMap =>
  Object.fromEntries(
    Object.keys(wanted).flatMap((name) => {
      const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined
      const value = Object.hasOwn(seen, name) ? seen[name] : undefined
      return field === undefined || value === undefined || hasSecret(field.schema) ? [] : [[name, normalise(field.schema, value)]]
    }),
  )

const hasSecret = (schema: Schema): boolean => {
  switch (schema.kind) {
    case 'secret':
      return true
    case 'list':
    case 'map':
      return hasSecret(schema.of)
    case 'either':
      return schema.of.some(hasSecret)
    case 'object':
      return Object.values(schema.fields).some((field) => hasSecret(field.schema))
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
    case 'size':
    case 'duration':
    case 'enum':
    case 'any':
      return false
    default:
      return schema satisfies never
  }
}
