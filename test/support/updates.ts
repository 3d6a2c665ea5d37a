import type { Arbitrary } from 'fast-check'
import { boolean, constantFrom, nat, option, record } from 'fast-check'
import type { PlainMap } from '@forgeplan/model'
import type { Fleet, FleetUnit } from '@forgeplan/testkit'

/** Settings of a roll, from which each shape of unit takes what it may have. */
export interface UpdateDraft {
  readonly surge: boolean
  readonly batch: number
  readonly spare: number
  /** Create-first: so many may be missing as well. */
  readonly missing: number
  readonly canary: number
  readonly maxFailures: number
  readonly pass: PlainMap
  readonly skipDrain: boolean
  readonly quorum: boolean
  readonly heal: boolean
}

export const updateDrafts: Arbitrary<UpdateDraft | null> = option(
  record({
    surge: boolean(),
    batch: nat(3).map((n) => n + 1),
    spare: nat(2),
    missing: nat(1),
    canary: nat(3),
    maxFailures: nat(2),
    pass: constantFrom<PlainMap>({}, { healthyFor: '20s' }, { checks: 3 }, { checks: 2, interval: '3s' }),
    skipDrain: boolean(),
    quorum: boolean(),
    heal: boolean(),
  }),
  { freq: 4 },
)

/** The fleet with those settings, one for each unit in order. */
export const withUpdates = (fleet: Fleet, drafts: readonly (UpdateDraft | null)[]): Fleet => ({
  ...fleet,
  units: fleet.units.map((unit, i) => withUpdate(unit, drafts[i] ?? null)),
})

const withUpdate = (unit: FleetUnit, draft: UpdateDraft | null): FleetUnit => {
  if (draft === null) return unit
  const { pass, skipDrain, quorum, heal } = draft
  const probed = unit.flavor === 'web' || unit.flavor === 'careful'
  return {
    ...unit,
    update: { ...pass, skipDrain, timeout: '2m', ...(unit.shape.kind === 'single' ? {} : wavesOf(unit, draft)) },
    ...(quorum && unit.shape.kind !== 'single' ? { quorum: 'majority' } : {}),
    ...(heal && probed ? { healUnhealthy: { checks: 2, interval: '5s' } } : {}),
  }
}

// Members that are told apart by their ids have no successors.
const wavesOf = ({ shape }: FleetUnit, { surge, batch, spare, missing, canary, maxFailures }: UpdateDraft): PlainMap => ({
  batch,
  canary,
  maxFailures,
  ...(surge && shape.kind === 'sized' ? { maxSurge: batch + spare, maxUnavailable: missing } : { maxUnavailable: batch + spare }),
})
