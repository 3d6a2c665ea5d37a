import type { Desired } from '@forgeplan/model'
import { isValueMap } from '@forgeplan/store'
import { isDesiredShape } from './plan-shape.ts'

/** The configuration in the text that a run has left; undefined where it is none that this version understands. Hostile until then. */
export const parseDesired = (text: string): Desired | undefined => {
  // JSON.parse would make it an own key, which later copies turn into a prototype.
  if (text.includes('"__proto__"')) return undefined
  const data = parsed(text)
  return isDesired(data) && hasGoodValues(data) && fitsTogether(data) ? data : undefined
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isDesired = (data: unknown): data is Desired => isDesiredShape(data)

const hasGoodValues = ({ providers, units, outputs }: Desired): boolean => {
  const flavors = units.flatMap(({ flavor }) => (flavor === null ? [] : [flavor.config]))
  const maps = [...providers.map(({ settings }) => settings), ...units.map(({ inputs }) => inputs), ...flavors]
  return [...maps, ...outputs.map(({ value }) => ({ value }))].every((map) => isValueMap(map))
}

const fitsTogether = ({ providers, units }: Desired): boolean => {
  const names = new Set(providers.map(({ name }) => name))
  return new Set(units.map(({ name }) => name)).size === units.length && units.every(({ provider }) => names.has(provider))
}

/** Digests of secrets by their source. */
export type Digests = ReadonlyMap<string, string | null>

/** The configuration with the digests that its secrets have now, so that a plan sees a secret as it is. */
export const withSecretsNow = (desired: Desired, digests: Digests): Desired => ({
  ...(renewed(desired, digests, false) as Desired),
  requires: desired.requires.map(({ source, digest }) => ({ source, digest: digests.get(source) ?? digest })),
})

// Only inside a late value: a user's own map may have keys of the same names.
const renewed = (value: unknown, digests: Digests, isLate: boolean): unknown => {
  if (Array.isArray(value)) return value.map((item) => renewed(item, digests, isLate))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]): readonly [string, unknown] => [
    key,
    renewed(item, digests, isLate || key === '$late'),
  ])
  const copy = Object.fromEntries(entries)
  const now = isLate && copy['kind'] === 'secret' && typeof copy['source'] === 'string' ? digests.get(copy['source']) : undefined
  return now === undefined ? copy : { ...copy, digest: now }
}
