import type { Desired, Shape, Unit } from '@forgeplan/model'
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
  return isOrder(units) && units.every((unit) => names.has(unit.provider) && isShaped(unit) && canRoll(unit))
}

const isShaped = ({ name, shape }: Unit): boolean => {
  if (shape.kind === 'ids' && new Set(shape.ids).size !== shape.ids.length) return false
  const kinds = { group: ['sized', 'ids'], instance: ['single'], image: ['versions'] } as const satisfies Record<
    string,
    readonly Shape['kind'][]
  >
  return Object.entries(kinds).some(([prefix, fitting]) => name.startsWith(`${prefix}.`) && fitting.some((kind) => kind === shape.kind))
}

const canRoll = ({ shape, update }: Unit): boolean => {
  const { order, batch, canary, maxSurge, maxUnavailable } = update
  const most = order === 'create-first' ? maxSurge : maxUnavailable
  return batch <= most && canary <= most && (order === 'create-first' ? shape.kind === 'sized' : maxSurge === 0)
}

// Each name once, and no circle among those that wait for each other.
const isOrder = (units: readonly Unit[]): boolean => {
  const waiting = new Map(units.map(({ name, dependsOn }) => [name, dependsOn]))
  if (waiting.size !== units.length || !units.every(({ dependsOn }) => dependsOn.every((other) => waiting.has(other)))) return false
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size
    for (const [name, others] of waiting) if (!others.some((other) => waiting.has(other))) waiting.delete(name)
  }
  return waiting.size === 0
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
