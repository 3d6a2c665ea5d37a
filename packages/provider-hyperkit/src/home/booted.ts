import { parsePlainMap } from '@forgeplan/model'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BootField, MachineInputs } from '../machine-type.ts'
import { bootFields } from '../machine-type.ts'
import { readJson, writeDurably } from './files.ts'
import { fileNames } from './home.ts'

/** The content of a file, and by which signs a change is suspected: bytes, milliseconds since 1970. */
interface Print {
  readonly size: number
  readonly modified: number
  readonly sha256: string
}

/** `booted.json`: by which driver a machine was last booted, and from which content. */
export interface Booted {
  readonly driver: string
  readonly files: Readonly<Partial<Record<BootField, Print>>>
}

/** Notes what a machine is about to boot from; relative paths start at `base`. @throws the system's error for a file that cannot be read. */
export const noteBooted = async (directory: string, driver: string, { base, inputs }: BootedFrom): Promise<void> => {
  const paths = bootFields.flatMap((field) => (inputs[field] === undefined ? [] : [[field, resolve(base, inputs[field])] as const]))
  const files = await Promise.all(paths.map(async ([field, path]) => [field, await printOf(path)] as const))
  await writeDurably(join(directory, fileNames.booted), `${JSON.stringify({ driver, files: Object.fromEntries(files) })}\n`)
}

export interface BootedFrom {
  readonly base: string
  readonly inputs: Partial<MachineInputs>
}

/** What was noted; `null` if nothing was, or nothing that can be read. */
export const readBooted = async (directory: string): Promise<Booted | null> => {
  const json = parsePlainMap(await readJson(join(directory, fileNames.booted)))
  const files = parsePlainMap(json?.['files'])
  if (typeof json?.['driver'] !== 'string' || files === undefined) return null
  return { driver: json['driver'], files: Object.fromEntries(bootFields.flatMap((field) => parsePrint(field, files[field]))) }
}

const parsePrint = (field: BootField, value: unknown): readonly (readonly [BootField, Print])[] => {
  const { size, modified, sha256 } = parsePlainMap(value) ?? {}
  return typeof size === 'number' && typeof modified === 'number' && typeof sha256 === 'string' ? [[field, { size, modified, sha256 }]] : []
}

/** Whether a file holds something else now. One that cannot be read tells nothing: the machine runs on without it. */
export const hasChanged = async (path: string, was: Print): Promise<boolean> => {
  try {
    const { size, mtimeMs } = await stat(path)
    if (size === was.size && mtimeMs === was.modified) return false
    return size !== was.size || (await printOf(path)).sha256 !== was.sha256
  } catch {
    return false
  }
}

const known = new Map<string, Promise<Print>>()

// Many machines boot from one file: it is read once as long as it stays the same.
const printOf = async (path: string): Promise<Print> => {
  const { size, mtimeMs, ino } = await stat(path)
  const key = JSON.stringify([path, ino, size, mtimeMs])
  const print = known.get(key) ?? sha256(path).then((digest) => ({ size, modified: mtimeMs, sha256: digest }))
  known.set(key, print)
  print.catch(() => known.delete(key))
  return print
}

const sha256 = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
