import type { LeaseRow, Now } from './lease-table.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** What a waiter knows of the lease and of itself. */
export interface Sighting {
  readonly lease: LeaseRow
  readonly me: ProcessIdentity
  /** Whether the holder's process runs; asked only where its pid means something here. */
  readonly running: boolean
  readonly now: Now
  /** For how long this waiter has seen the same heartbeat, milliseconds of its own monotonic clock. */
  readonly unchangedMs: number
}

/** Whether a pid of the holder means the same process here. */
export const sharesProcesses = (lease: LeaseRow, me: ProcessIdentity): boolean =>
  me.bootId !== '' && lease.host === me.host && lease.bootId === me.bootId && lease.pidSpace === me.pidSpace

/**
 * Whether the lease may be taken over.
 *
 * Within one boot nothing here reads the wall clock: a heartbeat carries the monotonic clock, which every process of a
 * boot shares, so that a clock set forward by an hour steals nothing and one set back protects no corpse. The owner
 * uses the same clock and the same time to live, and asks the database again before it goes on after that time
 * (`stillMine`), so a stopped owner that wakes up cannot take itself for the holder. The clock stands still while the
 * machine sleeps, for both sides.
 *
 * After a reboot the two monotonic clocks have nothing in common. The state is on a local disk, so the holder is dead
 * in all likelihood, and the wall clock decides; where it was set back meanwhile (the heartbeat lies in the future),
 * the waiter watches the heartbeat for a whole time to live by itself.
 */
export const isExpired = ({ lease, me, running, now, unchangedMs }: Sighting): boolean => {
  if (sharesProcesses(lease, me) && !running) return true
  if (unchangedMs > lease.ttlMs) return true
  if (me.bootId !== '' && lease.bootId === me.bootId) return now.monotonic - lease.beat > lease.ttlMs
  return now.wall - lease.heartbeatAt > lease.ttlMs
}
