import type { Desired, State, UnitName } from '@forgeplan/model'
import { compareAddress, unitOf } from '@forgeplan/model'
import { nearest } from '../inputs/nearest.ts'
import { failure } from '../stop.ts'

/** @throws Stop when a group whose quorum shall not count is neither configured nor in the state. */
export const checkOverrides = (overrides: readonly UnitName[], desired: Pick<Desired, 'units'>, state: Pick<State, 'rows'>): void => {
  if (overrides.length === 0) return
  const names = [...desired.units.map(({ name }) => name), ...[...state.rows.values()].map(({ address }) => unitOf(address))]
  const groups = [...new Set(names)].filter((name) => name.startsWith('group.')).toSorted(compareAddress)
  const unknown = overrides.find((unit) => !groups.includes(unit))
  if (unknown === undefined) return
  // Among the bare names: what all of them begin with makes nothing alike.
  const bare = (name: string): string => name.slice('group.'.length)
  const near = nearest(bare(unknown), groups.map(bare))
  const hint = near === undefined ? `The groups are: ${groups.join(', ') || 'none'}.` : `Did you mean --override quorum:${near}?`
  throw failure('FORGE6022', 'No such group to override', `There is no group ${unknown}. ${hint}`)
}
