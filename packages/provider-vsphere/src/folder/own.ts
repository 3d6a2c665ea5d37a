import type { Mark, Uid } from '@forgeplan/model'
import { isUuid, parseMark, uid } from '@forgeplan/model'
import { createHash } from 'node:crypto'

/** Custom attributes of folders: which one it is, and whose. */
export const attributes = { identity: 'forge.identity', mark: 'forge.mark' } as const

export type Attribute = keyof typeof attributes

/** What tells a folder's identity; `made` is null where forge did not make it. */
interface Signs {
  /** vCenter's own uuid. */
  readonly vcenter: string
  readonly reference: string
  readonly name: string
  /** What stands in the attribute. */
  readonly written: string | undefined
}

/** A folder's own identity, and whether forge made it. */
export interface Identity {
  readonly uid: Uid
  readonly isMade: boolean
}

/**
 * What forge has written on the folder itself, with the folder's reference, so that on any other it means nothing; else what its
 * unfinished name says; else what its reference comes to, which vCenter never gives again.
 */
export const identityOf = ({ vcenter, reference, name, written = '' }: Signs): Identity => {
  const [of, own = ''] = written.split(' ')
  if (of === reference && isUuid(own)) return { uid: uid(own), isMade: true }
  const begun = name.startsWith('forge-') ? name.slice('forge-'.length) : ''
  if (isUuid(begun)) return { uid: uid(begun), isMade: true }
  const hex = createHash('sha256').update(`${vcenter} ${reference}`).digest('hex')
  return {
    uid: uid(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`),
    isMade: false,
  }
}

export const identityText = (reference: string, own: Uid): string => `${reference} ${own}`

/** What a folder is called until it carries its attributes: nothing else tells which it is if the run ends in between. */
export const unfinishedName = (own: Uid): string => `forge-${own}`

/** The mark of a text that anybody may have written. */
export const readMark = (text: string | undefined): Mark | undefined => {
  if (text === undefined || text === '' || text.length > 65_536) return undefined
  try {
    return parseMark(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** An empty text takes it off. */
export const markText = (mark: Mark | null | undefined): string => (mark === null || mark === undefined ? '' : JSON.stringify(mark))
