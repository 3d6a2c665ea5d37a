import type { UnitName } from '@forgeplan/model'
import { nearest, parseDuration, parseUnitName } from '@forgeplan/model'
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

/** `quorum:web` or `quorum:group.web`, as the unit whose quorum is meant; once more for another one. */
export const quorumOf = (text: string, before: readonly UnitName[] | undefined): readonly UnitName[] => {
  const at = text.indexOf(':')
  const [kind, name] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
  if (kind !== 'quorum') {
    const hint = nearest(kind, ['quorum']) === undefined ? '' : ` Did you mean quorum:${name}?`
    throw new InvalidArgumentError(`Expected quorum:GROUP, such as quorum:web.${hint}`)
  }
  const unit = parseUnitName(name.includes('.') ? name : `group.${name}`)
  if (unit === undefined || !unit.startsWith('group.'))
    throw new InvalidArgumentError('Expected the name of a group after quorum:, such as quorum:web.')
  return [...(before ?? []), unit]
}

const longest = 500

/** A sentence for people: one line of at most 500 characters. */
export const sentence = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '' || line.length > longest) throw new InvalidArgumentError(`Expected a text of 1 to ${String(longest)} characters.`)
  return line
}
