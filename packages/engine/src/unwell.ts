import type { Heal, Health, Uid } from '@forgeplan/model'
import type { Reader } from './reading.ts'
import { pauseReading } from './reading.ts'

export type HealthByUid = ReadonlyMap<Uid, Health>

/** When a member last started and how long it may take to become healthy, milliseconds. */
export interface Youth {
  readonly startedAt: number
  readonly timeoutMs: number
}

// Without a time in it, so that two plans of the same world are the same.
const young = 'it has not become healthy yet, and its time is not over'

/** A member that is unwell while it may still be starting reads unknown. `now`: milliseconds since 1970. */
export const sparingTheYoung = (health: HealthByUid, youthOf: (member: Uid) => Youth | undefined, now: number): HealthByUid =>
  new Map(
    [...health].map(([member, said]): readonly [Uid, Health] => {
      const youth = youthOf(member)
      const spared = said.kind === 'unhealthy' && youth !== undefined && now < youth.startedAt + youth.timeoutMs
      return [member, spared ? { ...said, kind: 'unknown', why: young } : said]
    }),
  )

/**
 * Asks those again that are unwell, as often as the unit's healing wants: only who is unwell every time stays so.
 * @throws Cancelled when the reader is stopped meanwhile, and what `probe` throws.
 */
export const askedAgain = async (
  health: HealthByUid,
  heal: Heal,
  reader: Reader,
  probe: (members: ReadonlySet<Uid>) => Promise<HealthByUid>,
): Promise<HealthByUid> => {
  const latest = new Map(health)
  for (let asked = 1; asked < heal.checks; asked++) {
    const unwell = new Set([...latest].flatMap(([member, { kind }]) => (kind === 'unhealthy' ? [member] : [])))
    if (unwell.size === 0) break
    await pauseReading(reader, heal.intervalMs)
    for (const [member, said] of await probe(unwell)) latest.set(member, said)
  }
  return latest
}
