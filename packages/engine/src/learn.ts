import type { Desired, Leaf, SecretSource, State, Value } from '@forgeplan/model'
import { isList, isMap, leaves } from '@forgeplan/model'
import type { Redactor } from './redact.ts'

interface Fetching {
  secret(source: SecretSource): Promise<string>
}

/**
 * Tells the redactor every secret that the configuration or the state refers to before any provider answers, since one
 * may repeat what an earlier run gave to it; and every clear text that was applied, which has to stay comparable. A
 * secret that cannot be fetched now is nobody's to repeat.
 */
export const learn = async (
  redactor: Redactor,
  resolver: Fetching,
  from: { readonly desired: Desired; readonly state: State },
): Promise<void> => {
  const values = [...configured(from.desired), ...kept(from.state)]
  const sources = new Set(values.flatMap((value) => [...leaves(value)].flatMap(sourceOf)))
  await Promise.all([...sources].map((source) => resolver.secret(source).catch(() => undefined)))
  for (const row of from.state.rows.values()) redactor.spare(texts(row.inputs))
}

const configured = ({ units, providers, outputs }: Desired): readonly Value[] => [
  ...units.flatMap((unit) => [unit.inputs, ...(unit.flavor === null ? [] : [unit.flavor.config])]),
  ...providers.map((provider) => provider.settings),
  ...outputs.map((output) => output.value),
]

const kept = ({ rows, contexts }: State): readonly Value[] => [
  ...[...rows.values()].map((row) => row.inputs),
  ...[...contexts.values()].flatMap(({ provider, flavor }) => [provider.settings, ...(flavor === null ? [] : [flavor.config])]),
]

const sourceOf = (leaf: Leaf): readonly SecretSource[] => (leaf.kind === 'secret' ? [leaf.source] : [])

function* texts(value: Value): Generator<string> {
  if (typeof value === 'string') yield value
  else if (isList(value)) for (const item of value) yield* texts(item)
  else if (isMap(value)) for (const item of Object.values(value)) yield* texts(item)
}
