import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Realm, RemoteId } from '@forgeplan/model'
import type { LoggedCall, WorldObject, WorldTask } from './world-object.ts'

/** Everything in a world, as it is written to its file. */
export interface WorldData {
  readonly realm: Realm
  readonly nextId: number
  /** The latest time that any call has told it, milliseconds since 1970. */
  readonly time: number
  readonly creationMs: number
  readonly healthyAfterMs: number
  /** So many machines fit; null: as many as anybody wants. */
  readonly capacity: number | null
  readonly objects: readonly WorldObject[]
  readonly tasks: readonly WorldTask[]
  /** By login: the ids that it may not see. */
  readonly hidden: Readonly<Record<string, readonly RemoteId[]>>
  readonly log: readonly LoggedCall[]
}

/** The text of a world's file and what it holds; undefined if there is no such file. */
export const readWorldFile = (file: string): { readonly text: string; readonly data: WorldData } | undefined => {
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  return { text, data: JSON.parse(text) as WorldData }
}

/** Replaces the file at once, so that a killed process leaves the old one or the new one. Returns the text. */
export const writeWorldFile = (file: string, data: WorldData): string => {
  const text = JSON.stringify(data)
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, text)
  renameSync(part, file)
  return text
}
