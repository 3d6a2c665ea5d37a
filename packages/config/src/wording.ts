import { nearest } from '@forgeplan/model'

/** Text of the user in a sentence: in quotes, escaped and cut to 60 characters. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** ` Did you mean "x"?`, or nothing when no candidate is near. */
export const didYouMean = (name: string, candidates: Iterable<string>): string => {
  const best = nearest(name, candidates)
  return best === undefined ? '' : ` Did you mean ${quote(best)}?`
}

/** `a, b, c` in quotes, cut after 12; `none` when there is nothing. */
export const listed = (names: Iterable<string>): string => {
  const all = [...names].toSorted()
  if (all.length === 0) return 'none'
  const rest = all.length > 12 ? ` and ${all.length - 12} more` : ''
  return all.slice(0, 12).map(quote).join(', ') + rest
}
