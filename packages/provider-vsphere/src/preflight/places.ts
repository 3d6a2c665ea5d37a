import type { Code } from '@forgeplan/model'
import type { PlaceProblem } from '../places/places.ts'
import { problemText } from '../places/problem-text.ts'
import type { PlaceDefaults } from '../settings.ts'
import type { Finding } from './finding.ts'
import type { Placed } from './placed.ts'

const kinds: Readonly<Record<PlaceProblem['kind'], { readonly code: Code; readonly summary: string }>> = {
  unknown: { code: 'FORGE5301', summary: 'A name leads nowhere in vSphere' },
  ambiguous: { code: 'FORGE5302', summary: 'A name leads to several objects of vSphere' },
  missing: { code: 'FORGE5303', summary: 'It is not said where in vSphere a machine is to be' },
  unusable: { code: 'FORGE5304', summary: 'A machine cannot be where it is to be' },
}

/** Names that do not lead to one object that can be used. */
export const placeFindings = ({ address, inputs, resolved }: Placed, defaults: PlaceDefaults, isHost: boolean): readonly Finding[] =>
  (resolved.ok ? [] : resolved.problems)
    .filter(({ field }) => !isHost || !limited.has(field))
    .map((problem) => ({
      severity: 'error',
      ...kinds[problem.kind],
      text: problemText(problem, isDefault(problem, inputs, defaults)),
      address,
    }))

// What a standalone host does not have is told by `limitFindings`.
const limited: ReadonlySet<PlaceProblem['field']> = new Set(['cluster', 'template'])

const isDefault = ({ field, given }: PlaceProblem, inputs: Placed['inputs'], defaults: PlaceDefaults): boolean => {
  if (given === undefined || field === 'template') return false
  return field === 'networks' ? inputs.network === undefined && defaults.network === given : inputs[field] === undefined
}
