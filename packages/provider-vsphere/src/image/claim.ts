import type { Mark } from '@forgeplan/model'
import { parseMark, parsePlainMap } from '@forgeplan/model'
import { isImageName } from './image-type.ts'

/** The file of an image. */
export interface Kept {
  /** Path in the datastore. */
  readonly folder: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** What the note `UID.json` says: whose image it is, and which file. Stacks that push the same image share the file. */
export interface Claim {
  readonly mark: Mark | null
  readonly file: Kept
}

/** A claim as it is written. */
export const claimText = (claim: Claim): string => `${JSON.stringify(claim)}\n`

/** The claim of a text that anybody may have written; null where it is none. */
export const readClaim = (text: string): Claim | null => {
  const { mark, file } = parsePlainMap(fromJson(text)) ?? {}
  const owner = mark === null ? null : parseMark(mark)
  const kept = readKept(file)
  return owner === undefined || kept === null ? null : { mark: owner, file: kept }
}

const readKept = (json: unknown): Kept | null => {
  const { folder, name, size, sha256 } = parsePlainMap(json) ?? {}
  const isPlace = typeof folder === 'string' && folder.split('/').every((each) => !['', '.', '..'].includes(each))
  // Whoever can write a note must not choose what is deleted.
  if (!isPlace || typeof name !== 'string' || !isImageName(name)) return null
  if (!Number.isSafeInteger(size) || (size as number) < 0 || typeof sha256 !== 'string') return null
  return { folder, name, size: size as number, sha256 }
}

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
