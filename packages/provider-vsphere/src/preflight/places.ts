import type { Address, Code } from '@forgeplan/model'
import type { PlaceProblem } from '../places/places.ts'
import { problemSummary, problemText } from '../places/problem-text.ts'
import type { PlaceDefaults } from '../settings.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'

const codes: Readonly<Record<PlaceProblem['kind'], Code>> = {
  unknown: 'FORGE5301',
  ambiguous: 'FORGE5302',
  missing: 'FORGE5303',
  unusable: 'FORGE5304',
}

/** Names that do not lead to one object that can be used. */
export const placeFindings = ({ address, inputs, resolved }: Placed, defaults: PlaceDefaults, isHost: boolean): readonly Finding[] =>
  (resolved.ok ? [] : resolved.problems)
    .filter(({ field }) => !isHost || !limited.has(field))
    .map((problem) => placeFinding(problem, address, isDefault(problem, inputs, defaults)))

/** One name that leads nowhere. `isGivenByProvider`: it is of the provider's settings. */
export const placeFinding = (problem: PlaceProblem, address: Address, isGivenByProvider: boolean): Finding => ({
  severity: 'error',
  code: codes[problem.kind],
  summary: problemSummary(problem),
  text: problemText(problem, isGivenByProvider),
  address,
})

// What a standalone host does not have is told by `limitFindings`.
const limited: ReadonlySet<PlaceProblem['field']> = new Set(['cluster', 'template'])

const isDefault = ({ field, given }: PlaceProblem, inputs: Placed['inputs'], defaults: PlaceDefaults): boolean => {
  if (given === undefined || field === 'template') return false
  return field === 'networks' ? inputs.network === undefined && defaults.network === given : inputs[field] === undefined
}
