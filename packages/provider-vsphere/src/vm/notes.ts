import type { Mark } from '@forgeplan/model'
import { unitOf } from '@forgeplan/model'

/**
 * A machine's notes begin with two lines as InfraKit writes them, the group and the digest of its configuration; then
 * comes what people wrote.
 */
export const notesOf = ({ address, specDigest }: Mark, notes: string): string =>
  [groupOf(address), specDigest.slice(0, 32), ...(notes === '' ? [] : [notes])].join('\n')

/** The part that people wrote. */
export const notesIn = (annotation: string): string => {
  const [group = '', digest = '', ...rest] = annotation.split('\n')
  return /^\S{1,80}$/.test(group) && /^[A-Za-z0-9+/=_-]{16,64}$/.test(digest.trim()) ? rest.join('\n') : annotation
}

/** The group that a machine's notes say it is of; null where they say none. */
export const groupIn = (annotation: string): string | null => {
  const [group = ''] = annotation.split('\n')
  return notesIn(annotation) === annotation ? null : group
}

const groupOf = (address: Mark['address']): string => {
  const unit = unitOf(address)
  return unit.slice(unit.indexOf('.') + 1)
}
