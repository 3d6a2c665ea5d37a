import { corrupt } from './errors.ts'
import type { Guard } from './guard.ts'
import { count, record, text, time } from './guard.ts'
import type { ProcessIdentity } from './process-identity.ts'
import type { Db } from './sqlite.ts'
import type { LeaseHolder } from './store.ts'

/** The one lease of a state. When nobody holds it, the holder is the last one, and the fence is the last one given out. */
export interface LeaseRow extends LeaseHolder {
  readonly held: number
  readonly pidSpace: string
  /** The holder's monotonic clock at its last heartbeat, milliseconds since its boot. */
  readonly beat: number
  /** How long the lease holds without a heartbeat: the holder's promise, not the waiter's wish. */
  readonly ttlMs: number
}

/** Two clocks, read together. */
export interface Now {
  /** Milliseconds since 1970; may jump. */
  readonly wall: number
  /** Milliseconds since boot; never jumps. */
  readonly monotonic: number
}

export interface Taking extends ProcessIdentity {
  readonly command: string
  readonly ttlMs: number
}

export interface LeaseTable {
  read(): LeaseRow
  /** Takes the lease if it is still exactly as judged. @returns the new fence, or null if somebody was quicker. */
  take(judged: LeaseRow, by: Taking, now: Now): number | null
  renew(fence: number, now: Now): boolean
  isMine(fence: number): boolean
  release(fence: number): boolean
}

const shortText = text(4096)
const guard: Guard<LeaseRow> = record<LeaseRow>({
  fence: count,
  held: count,
  host: shortText,
  bootId: shortText,
  pidSpace: shortText,
  pid: count,
  startedAt: shortText,
  command: shortText,
  acquiredAt: time,
  heartbeatAt: time,
  beat: count,
  ttlMs: count,
})

const columns = 'fence, held, host, bootId, pidSpace, pid, startedAt, command, acquiredAt, heartbeatAt, beat, ttlMs'
const taking = `UPDATE lease SET fence = fence + 1, held = 1, host = @host, bootId = @bootId, pidSpace = @pidSpace, pid = @pid,
  startedAt = @startedAt, command = @command, acquiredAt = @wall, heartbeatAt = @wall, beat = @monotonic, ttlMs = @ttlMs
  WHERE fence = @judgedFence AND held = @judgedHeld AND beat = @judgedBeat`

export const leaseTable = (db: Db, path: string): LeaseTable => {
  const read = db.prepare(`SELECT ${columns} FROM lease`)
  const take = db.prepare(taking)
  const renew = db.prepare('UPDATE lease SET heartbeatAt = ?, beat = ? WHERE fence = ? AND held = 1')
  const mine = db.prepare('SELECT 1 FROM lease WHERE fence = ? AND held = 1').pluck()
  const release = db.prepare('UPDATE lease SET held = 0 WHERE fence = ? AND held = 1')
  return {
    read: () => {
      const row = read.get()
      if (guard(row)) return row
      throw corrupt(`The lease in ${path} was changed by another program.`)
    },
    take: (judged, by, now) => {
      const guards = { judgedFence: judged.fence, judgedHeld: judged.held, judgedBeat: judged.beat }
      return take.run({ ...by, ...now, ...guards }).changes === 1 ? judged.fence + 1 : null
    },
    renew: (fence, { wall, monotonic }) => renew.run(wall, monotonic, fence).changes === 1,
    isMine: (fence) => mine.get(fence) === 1,
    release: (fence) => release.run(fence).changes === 1,
  }
}

export const holderOf = ({ held: _held, pidSpace: _space, beat: _beat, ttlMs: _ttl, ...holder }: LeaseRow): LeaseHolder => holder
