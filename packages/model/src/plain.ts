export type Scalar = string | number | boolean | null
/** Data that survives JSON unchanged. */
export type Plain = Scalar | readonly Plain[] | PlainMap
export interface PlainMap {
  readonly [key: string]: Plain
}

/** How much data from outside is taken in before it is refused. */
export const plainLimits = { depth: 64, nodes: 100_000, textLength: 1_048_576 } as const

/**
 * Takes in data from a provider, a guest or a file: only JSON types, no `$` keys, no `__proto__`, bounded in depth and
 * size. Returns `undefined` if it is anything else; the caller knows whom to name.
 */
export const parsePlain = (input: unknown): Plain | undefined => {
  const budget = { nodes: plainLimits.nodes }
  try {
    return take(input, 0, budget)
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** `parsePlain` for data that has to be a map. */
export const parsePlainMap = (input: unknown): PlainMap | undefined => {
  const plain = parsePlain(input)
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? (plain as PlainMap) : undefined
}

class NotPlain extends Error {}

const take = (input: unknown, depth: number, budget: { nodes: number }): Plain => {
  if (depth > plainLimits.depth || --budget.nodes < 0) throw new NotPlain()
  if (input === null || typeof input === 'boolean') return input
  if (typeof input === 'string' && input.length <= plainLimits.textLength) return input
  if (typeof input === 'number' && Number.isFinite(input)) return input
  if (Array.isArray(input)) return input.map((item) => take(item, depth + 1, budget))
  if (typeof input === 'object') return takeMap(input, depth, budget)
  throw new NotPlain()
}

const takeMap = (input: object, depth: number, budget: { nodes: number }): Plain => {
  const taken: Record<string, Plain> = {}
  for (const [key, item] of Object.entries(input)) {
    if (item === undefined) continue
    if (key.startsWith('$') || key === '__proto__') throw new NotPlain()
    taken[key] = take(item, depth + 1, budget)
  }
  return taken
}
