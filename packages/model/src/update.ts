/** When a gate lets go on: so many good rounds in a row, or all of them good for so long. Times are milliseconds. */
export type Pass =
  | { readonly kind: 'holdFor'; readonly ms: number }
  | { readonly kind: 'checks'; readonly checks: number; readonly intervalMs: number }

/** How the members of a unit are changed where that takes them down: in waves, each behind a gate. */
export interface Update {
  /** Whether a member goes before its successor comes, at the same address, or after it, which then has a new number. */
  readonly order: 'delete-first' | 'create-first'
  /** Members of one wave, at most. */
  readonly batch: number
  /** So many of the wanted members may be missing or unwell at once. */
  readonly maxUnavailable: number
  /** So many members more than wanted may stand at once. */
  readonly maxSurge: number
  /** So many members are changed before a person is asked; 0: nobody is asked. */
  readonly canary: number
  readonly pass: Pass
  /** How long apply waits at a gate until the members are well, milliseconds. */
  readonly timeoutMs: number
  /** So many changed members may fail before the roll stops. */
  readonly maxFailures: number
  readonly skipDrain: boolean
}

/** Members that are unwell in so many probes in a row are replaced. */
export interface Heal {
  readonly checks: number
  /** Between two probes, milliseconds. */
  readonly intervalMs: number
}

/** One at a time, each well before the next goes. */
export const cautious = (timeoutMs: number): Update => ({
  order: 'delete-first',
  batch: 1,
  maxUnavailable: 1,
  maxSurge: 0,
  canary: 0,
  pass: { kind: 'checks', checks: 1, intervalMs: 1000 },
  timeoutMs,
  maxFailures: 0,
  skipDrain: false,
})

/** The smallest number of healthy members that is more than half. */
export const majorityOf = (members: number): number => Math.floor(members / 2) + 1
