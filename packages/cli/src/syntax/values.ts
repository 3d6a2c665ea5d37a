import { parseDuration } from '@forgeplan/model'
import { InvalidArgumentError } from 'commander'

/** Adds one more value of an option that may be given again. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

/** A whole number of at least `min`. */
export const wholeNumber =
  (min: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min)) throw new InvalidArgumentError(`Expected a whole number of at least ${String(min)}.`)
    return value
  }

/** Milliseconds from `30s`, `5m`, `0`. */
export const duration = (text: string): number => {
  const value = text === '0' ? 0 : parseDuration(text)
  if (value === undefined) throw new InvalidArgumentError('Expected a duration such as 30s, 5m or 1h.')
  return value
}

const longest = 500

/** A sentence for people: one line of at most 500 characters. */
export const sentence = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '' || line.length > longest) throw new InvalidArgumentError(`Expected a text of 1 to ${String(longest)} characters.`)
  return line
}
