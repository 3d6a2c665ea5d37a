import { nearest } from '@forgeplan/model'
import { ProviderError } from '@forgeplan/sdk'
import { shown } from './naming.ts'
import type { PlaceProblem, Places, Resolved } from './places.ts'

const nouns: Readonly<Record<PlaceProblem['field'], string>> = {
  datacenter: 'datacenter',
  cluster: 'cluster',
  host: 'host',
  pool: 'resource pool',
  datastore: 'datastore',
  networks: 'network',
  template: 'template',
}

/** A problem in a few words, without what anybody wrote. */
export const problemSummary = ({ kind, field }: PlaceProblem): string => {
  const noun = nouns[field]
  switch (kind) {
    case 'unknown':
      return `A ${noun} is not known`
    case 'ambiguous':
      return `A ${noun} is not clear`
    case 'missing':
      return `A ${noun} has to be named`
    case 'unusable':
      return `A ${noun} cannot be used`
    default:
      return kind satisfies never
  }
}

/** A problem in full sentences: what is wrong, why, what to do. `isDefault`: the text is from the provider's settings. */
export const problemText = (problem: PlaceProblem, isDefault = false): string => {
  const noun = nouns[problem.field]
  const name = `"${shown(problem.given ?? '')}"${isDefault ? ' of the provider’s settings' : ''}`
  const { candidates, why } = problem
  switch (problem.kind) {
    case 'unknown':
      return `The ${noun} ${name} is not known: ${why}.${meant(problem)}${listed('Known are', candidates)}`
    case 'ambiguous':
      return `The ${noun} ${name} is not clear: ${why}. Write the path of the one that is meant.${listed('Known are', candidates)}`
    case 'missing':
      return `A ${problem.field === 'cluster' ? 'cluster, host or resource pool' : noun} has to be named: ${why}. Name one for the machine or in the provider’s settings.${listed('Known are', candidates)}`
    case 'unusable':
      return `The ${noun} ${name} cannot be used: ${why}.${listed('These can be used', candidates)}`
    default:
      return problem.kind satisfies never
  }
}

const meant = ({ given, candidates }: PlaceProblem): string => {
  const near = given === undefined ? undefined : nearest(given, candidates)
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

const listed = (opening: string, candidates: readonly string[]): string =>
  candidates.length === 0 ? '' : ` ${opening}: ${candidates.join(', ')}.`

/** What a placement led to. @throws ProviderError `invalid` that says everything that is wrong. */
export const placesOf = (resolved: Resolved): Places => {
  if (resolved.ok) return resolved.places
  throw placesProblem(resolved.problems)
}

/** Everything that is wrong with a placement, as what a provider throws. */
export const placesProblem = (problems: readonly PlaceProblem[]): ProviderError =>
  new ProviderError('invalid', problems.map((each) => problemText(each)).join(' '))
