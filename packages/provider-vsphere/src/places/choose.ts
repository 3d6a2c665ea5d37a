import { candidatesFor } from './candidates.ts'
import type { Named } from './naming.ts'
import { meaning, shown } from './naming.ts'
import type { PlaceProblem, Placement } from './places.ts'

/** What one field leads to, or what is wrong with it. */
export type Choice<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly PlaceProblem[] }

export type PlaceField = keyof Placement

/** A choice that came to something. */
export const chosen = <T>(value: T): Choice<T> => ({ ok: true, value })
/** A choice that came to nothing. */
export const refused = (problem: PlaceProblem): Choice<never> => ({ ok: false, problems: [problem] })

/** What is asked for, and among what. */
export interface Question<T extends Named> {
  readonly field: PlaceField
  readonly given: string
  readonly among: readonly T[]
  /** What the objects are called: `no datastore of the name`. */
  readonly noun: string
  /** Where they were looked for: `the datacenter DC0`. */
  readonly place: string
}

/** The one object that a text means. */
export const chooseOne = <T extends Named>({ field, given, among, noun, place }: Question<T>): Choice<T> => {
  const found = among.filter(meaning(given))
  const [first] = found
  if (first === undefined) {
    const why = among.length === 0 ? `there is no ${noun} in ${place} that this user can see` : `there is no such ${noun} in ${place}`
    return refused({ kind: 'unknown', field, given, candidates: candidatesFor(given, among), why })
  }
  if (found.length === 1) return chosen(first)
  const candidates = [...new Set(found.map(({ path }) => shown(path)))].slice(0, 10)
  return refused({ kind: 'ambiguous', field, given, candidates, why: `${place} has ${found.length} of the name` })
}

/** That something was found and cannot be used. */
export const unusable = (field: PlaceField, given: string | undefined, why: string, others: readonly Named[] = []): Choice<never> =>
  refused({ kind: 'unusable', field, given, candidates: candidatesFor(undefined, others), why })
