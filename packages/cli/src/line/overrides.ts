import type { Desired, State, UnitName } from '@forgeplan/model'
import { compareAddress, nearest, unitOf } from '@forgeplan/model'
import { failure } from '../stop.ts'

const shown = 10

/** @throws Stop when a group whose quorum shall not count is neither configured nor in the state. */
export const checkOverrides = (overrides: readonly UnitName[], desired: Pick<Desired, 'units'>, state: Pick<State, 'rows'>): void => {
  if (overrides.length === 0) return
  const names = [...desired.units.map(({ name }) => name), ...[...state.rows.values()].map(({ address }) => unitOf(address))]
  const groups = [...new Set(names)].filter((name) => name.startsWith('group.')).toSorted(compareAddress)
  const unknown = overrides.find((unit) => !groups.includes(unit))
  if (unknown === undefined) return
  // Among the bare names, since what all of them begin with makes nothing alike.
  const near = nearest(bareName(unknown), groups.map(bareName))
  const hint = near === undefined ? '' : ` Did you mean --override quorum:${near}?`
  const more = groups.length > shown ? ` and ${String(groups.length - shown)} more` : ''
  const known = groups.length === 0 ? 'There are no groups.' : `The groups are: ${groups.slice(0, shown).map(bareName).join(', ')}${more}.`
  throw failure('FORGE6022', 'No such group to override', `There is no group ${bareName(unknown)}.${hint} ${known}`)
}

const bareName = (unit: string): string => unit.slice('group.'.length)
