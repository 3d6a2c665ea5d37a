import { setTimeout as sleep } from 'node:timers/promises'
import { LeaseHeld } from './errors.ts'
import { isExpired, sharesProcesses } from './expiry.ts'
import type { LeaseRow, LeaseTable, Taking } from './lease-table.ts'
import { holderOf } from './lease-table.ts'
import { clocks, isRunning, ownIdentity } from './process-identity.ts'
import type { LeaseOptions } from './store.ts'

const pollMs = 100
const defaultTtlMs = 30_000

export interface Acquired {
  readonly fence: number
  readonly ttlMs: number
  /** The monotonic clock when it was taken, milliseconds. */
  readonly beat: number
}

/** Takes the lease, or waits for it. @throws LeaseHeld after `timeoutMs`; the signal's reason when it is aborted. */
export const acquireLease = async (table: LeaseTable, options: LeaseOptions): Promise<Acquired> => {
  const me = { ...(await ownIdentity()), command: options.command, ttlMs: options.ttlMs ?? defaultTtlMs }
  const startedAt = clocks().monotonic
  let seen: Watch | null = null
  for (;;) {
    options.signal.throwIfAborted()
    const attempt = await tryTake(table, me, seen)
    if (attempt.kind === 'taken') return attempt.acquired
    if (attempt.kind === 'changed') continue
    const remaining = options.timeoutMs - (clocks().monotonic - startedAt)
    if (remaining <= 0) throw new LeaseHeld(holderOf(attempt.watch.lease))
    if (seen === null) options.onWait?.(holderOf(attempt.watch.lease))
    seen = attempt.watch
    await pause(Math.min(pollMs, remaining), options.signal)
  }
}

/** A heartbeat, and when this process saw it first. */
interface Watch {
  readonly lease: LeaseRow
  readonly since: number
}

type Attempt =
  | { readonly kind: 'taken'; readonly acquired: Acquired }
  /** Somebody was quicker between the look and the taking: look again. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'held'; readonly watch: Watch }

const tryTake = async (table: LeaseTable, me: Taking, seen: Watch | null): Promise<Attempt> => {
  const lease = table.read()
  const watch = seen !== null && isSameBeat(seen.lease, lease) ? seen : { lease, since: clocks().monotonic }
  if (lease.held === 1 && !(await mayTakeOver(watch, me))) return { kind: 'held', watch }
  const now = clocks()
  const fence = table.take(lease, me, now)
  return fence === null ? { kind: 'changed' } : { kind: 'taken', acquired: { fence, ttlMs: me.ttlMs, beat: now.monotonic } }
}

const mayTakeOver = async ({ lease, since }: Watch, me: Taking): Promise<boolean> => {
  const running = !sharesProcesses(lease, me) || (await isRunning(lease.pid, lease.startedAt))
  const now = clocks()
  return isExpired({ lease, me, running, now, unchangedMs: now.monotonic - since })
}

const isSameBeat = (a: LeaseRow, b: LeaseRow): boolean => a.fence === b.fence && a.beat === b.beat && a.heartbeatAt === b.heartbeatAt

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
}
