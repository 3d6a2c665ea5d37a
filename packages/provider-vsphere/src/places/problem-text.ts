import { ProviderError } from '@forgeplan/sdk'
import { shown } from './naming.ts'
import type { PlaceProblem, Places, Resolved } from './places.ts'

/** One problem as a sentence: `datastore "nfs": there is no such datastore in the datacenter DC0; there are nfs1, nfs2.` */
export const problemText = ({ field, given, why, candidates }: PlaceProblem): string => {
  const others = candidates.length === 0 ? '' : `; there ${candidates.length === 1 ? 'is' : 'are'} ${candidates.join(', ')}`
  return `${field}${given === undefined ? '' : ` "${shown(given)}"`}: ${why}${others}.`
}

/** What a placement led to. @throws ProviderError `invalid` that says everything that is wrong. */
export const placesOf = (resolved: Resolved): Places => {
  if (resolved.ok) return resolved.places
  throw new ProviderError('invalid', resolved.problems.map(problemText).join(' '))
}
