import type { Mark } from '@forgeplan/model'
import { parseMark, parsePlainMap } from '@forgeplan/model'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode, NotAFile, readJson, writeDurably } from '../home/files.ts'

/** One file of an image, by its name in the folder. */
export interface Kept {
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** `UID.json`: whose image it is, and which files belong to it. Stacks that push the same image share its files. */
export interface Claim {
  readonly mark: Mark | null
  readonly files: readonly Kept[]
}

const fileName = /^[a-z][a-z0-9-]{0,62}-[0-9a-f]{12}(\.iso|-kernel|-initrd)$/

const claimPath = (folder: string, uid: string): string => join(folder, `${uid}.json`)

/** The claim of that uid: null if there is none, `undefined` if it cannot be read. @throws the system's error. */
export const readClaim = async (folder: string, uid: string): Promise<Claim | null | undefined> => {
  try {
    return parseClaim(await readJson(claimPath(folder, uid)))
  } catch (error) {
    if (error instanceof NotAFile) return undefined
    throw error
  }
}

const parseClaim = (json: unknown): Claim | null | undefined => {
  if (json === null) return null
  const { mark, files } = parsePlainMap(json) ?? {}
  const owner = mark === null ? null : parseMark(mark)
  const kept = Array.isArray(files) ? files.map(parseKept) : [undefined]
  if (owner === undefined || kept.includes(undefined)) return undefined
  return { mark: owner, files: kept as readonly Kept[] }
}

const parseKept = (json: unknown): Kept | undefined => {
  const { name, size, sha256 } = parsePlainMap(json) ?? {}
  return typeof name === 'string' && fileName.test(name) && typeof size === 'number' && typeof sha256 === 'string'
    ? { name, size, sha256 }
    : undefined
}

export const writeClaim = (folder: string, uid: string, claim: Claim): Promise<void> =>
  writeDurably(claimPath(folder, uid), `${JSON.stringify(claim)}\n`)

/** The uids of all claims in the folder. @throws the system's error. */
export const claimsIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
