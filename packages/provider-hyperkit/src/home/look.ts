import type { Mark } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import { join } from 'node:path'
import type { Boot, LastBoot } from './boots.ts'
import { isRunning, lastBoot } from './boots.ts'
import { errorCode, NotAFile, readJson } from './files.ts'
import { fileNames } from './home.ts'
import type { Spec } from './spec.ts'
import { parseSpec } from './spec.ts'

export type Life =
  | { readonly kind: 'not-booted' }
  | { readonly kind: 'running'; readonly boot: Boot }
  | { readonly kind: 'ended'; readonly why: string }

/** What stands in a machine's directory. */
export type Sight =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  /** `mark` is null on a machine that forge does not manage (any more). */
  | { readonly kind: 'machine'; readonly mark: Mark | null; readonly spec: Spec; readonly life: Life }

export type Machine = Extract<Sight, { kind: 'machine' }>

/** Looks at one directory; never changes anything and never throws for what is in it. */
export const look = async (directory: string): Promise<Sight> => {
  try {
    return await lookInside(directory)
  } catch (error) {
    // The directory can go while it is being read.
    if (errorCode(error) === 'ENOENT') return { kind: 'absent' }
    if (error instanceof NotAFile) return { kind: 'unreadable', why: 'A file of the machine is not a plain file of reasonable size.' }
    return { kind: 'unreadable', why: `The directory of the machine cannot be read (${errorCode(error) ?? 'unknown error'}).` }
  }
}

const lookInside = async (directory: string): Promise<Sight> => {
  const last = await lastBoot(directory)
  const markJson = await readJson(join(directory, fileNames.mark))
  const mark = markJson === null ? null : parseMark(markJson)
  if (mark === undefined) return { kind: 'unreadable', why: `${fileNames.mark} does not hold a mark.` }
  const spec = parseSpec(await readJson(join(directory, fileNames.machine)))
  if (spec === undefined) return { kind: 'unreadable', why: `${fileNames.machine} is missing or damaged.` }
  if (last.kind === 'damaged') return { kind: 'unreadable', why: last.why }
  return { kind: 'machine', mark, spec, life: await lifeOf(directory, last) }
}

const lifeOf = async (directory: string, last: Exclude<LastBoot, { kind: 'damaged' }>): Promise<Life> => {
  if (last.kind === 'none') return { kind: 'not-booted' }
  const { boot } = last
  if (await isRunning(directory, boot)) return { kind: 'running', boot }
  return { kind: 'ended', why: whyEnded(await readJson(join(directory, fileNames.exit)), boot) }
}

// An exit that belongs to another boot says nothing of this one.
const whyEnded = (json: unknown, boot: Boot): string => {
  const { boot: number, code, why } = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  if (number !== boot.number || typeof code !== 'number') return 'killed'
  return typeof why === 'string' && why.length < 200 ? why : `exit code ${code}`
}
