import type { Address } from '@forgeplan/model'
import { versionOf } from '@forgeplan/model'

/** How long one call may take, milliseconds. */
export const deadlines = {
  observe: 120_000,
  list: 300_000,
  apply: 600_000,
  /** A version of an image is built, with what that downloads, and uploaded. */
  image: 3_600_000,
  delete: 600_000,
  detach: 600_000,
  mark: 120_000,
  guest: 60_000,
  drain: 300_000,
  join: 300_000,
  leave: 300_000,
  runtime: 60_000,
  health: 10_000,
  survey: 10_000,
} as const

/** How long an aborted call may take to end, milliseconds: at its deadline, and when the user insists. */
export const grace = { deadline: 5_000, abort: 500 } as const

/** How long making or changing what stands at an address may take, milliseconds. */
export const deadlineOf = (address: Address): number => (versionOf(address) === undefined ? deadlines.apply : deadlines.image)
