/** Random choices that a seed replays (mulberry32). */
export interface Chance {
  readonly seed: number
  /** 0 to 1. */
  fraction(): number
  /** From `low` to `high`, both included. */
  between(low: number, high: number): number
  pick<T>(items: readonly [T, ...T[]]): T
}

/** The seed of `FORGE_SEED`, or a new one. */
export const makeChance = (): Chance => {
  const seed = Number(process.env['FORGE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  let state = seed
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1))
  return { seed, fraction, between, pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number] }
}
