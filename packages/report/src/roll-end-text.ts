import type { Address } from '@forgeplan/model'
import { shownGate, gatePlace } from './gate-name.ts'
import type { Line } from './lines.ts'
import type { Progress } from './progress.ts'
import type { RollEnd } from './roll-end.ts'
import { namesText } from './roll-words.ts'
import type { UnitProgress } from './unit-progress.ts'

/** Where a roll stopped, who failed, and that the others are as they were; nothing for a unit whose roll came to its end. */
export const rollEndLines = (unit: UnitProgress, end: RollEnd | undefined): readonly Line[] => {
  if (end === undefined) return []
  const { fresh, failed, between, untouched } = end
  const parts = [
    ...listed(fresh, 'is new', 'are new'),
    ...listed(failed, 'failed', 'failed'),
    ...listed(between, 'is begun', 'are begun'),
    ...listed(untouched, 'is untouched', 'are untouched'),
  ]
  return [
    { lead: '    Roll: ', style: null, text: whereText(unit), hang: 10 },
    { lead: '    Members: ', style: null, text: parts.join(', '), hang: 13 },
  ]
}

const ranges = { limit: 6, separator: ',' }

const listed = (members: readonly Address[], one: string, many: string): readonly string[] =>
  members.length === 0 ? [] : [`${members.length} ${members.length === 1 ? one : many} (${namesText(members, ranges)})`]

const whereText = (unit: UnitProgress): string => {
  const { wave, waves, stop } = unit
  const at = stoppedAt(wave, waves)
  if (stop === null) return at
  // Before the first wave there is but one gate.
  const place = wave === 0 ? 'at the gate' : (gatePlace(stop.step) ?? 'at its last gate')
  switch (stop.cause) {
    case 'deadline':
      return `${at}, ${place}: ${stop.healthy} of ${stop.need} healthy when the time was up`
    case 'ended':
      return `${at}, ${place}: ${stop.healthy} of ${stop.need} healthy, others have ended`
    case 'failed':
      return `${at}, ${place}: more members failed than may`
    case 'unapproved':
      return `${at}, ${place}: the members are well, and ${shownGate(stop.step)} is not approved`
    default:
      return stop.cause satisfies never
  }
}

const stoppedAt = (wave: number, waves: number): string =>
  wave === 0 ? `stopped before the first of ${waves} waves` : `stopped in wave ${wave} of ${waves}`

/** The names that nobody has approved. */
export const missingApprovals = ({ units }: Progress): readonly string[] =>
  units.flat().flatMap(({ stop }) => (stop?.cause === 'unapproved' ? [shownGate(stop.step)] : []))

/** Whether the run stopped for no other reason than that somebody has to agree. */
export const isOnlyAsked = (progress: Progress): boolean => progress.errors.size === 0 && missingApprovals(progress).length > 0
