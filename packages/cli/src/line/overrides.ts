import type { Desired, State, UnitName } from '@forgeplan/model'
import { compareAddress, unitOf } from '@forgeplan/model'
import { nearest } from '@forgeplan/model'
import { failure } from '../stop.ts'

/** @throws Stop when a group whose quorum shall not count is neither configured nor in the state. */
export const checkOverrides = (overrides: readonly UnitName[], desired: Pick<Desired, 'units'>, state: Pick<State, 'rows'>): void => {
  if (overrides.length === 0) return
  const names = [...desired.units.map(({ name }) => name), ...[...state.rows.values()].map(({ address }) => unitOf(address))]
  const groups = [...new Set(names)].filter((name) => name.startsWith('group.')).toSorted(compareAddress)
  const unknown = overrides.find((unit) => !groups.includes(unit))
  if (unknown === undefined) return
  const near = nearestGroup(unknown, groups)
  const hint = near === undefined ? '' : ` Did you mean --override quorum:${near}?`
  const known = `The groups are: ${groups.map(bareName).join(', ') || 'none'}.`
  throw failure('FORGE6022', 'No such group to override', `There is no group ${bareName(unknown)}.${hint} ${known}`)
}

const bareName = (unit: string): string => unit.slice('group.'.length)

// Among the bare names, since what all of them begin with makes nothing alike; in short ones letters change places.
const nearestGroup = (unknown: UnitName, groups: readonly UnitName[]): string | undefined => {
  const names = groups.map(bareName)
  const letters = (name: string): string => name.split('').toSorted().join('')
  return nearest(bareName(unknown), names) ?? names.find((name) => letters(name) === letters(bareName(unknown)))
}
