import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Plan } from '@forgeplan/model'
import { canonicalJson } from '@forgeplan/model'
import { reasonOf } from '../inputs/read-text.ts'
import type { Invocation } from '../invocation.ts'
import { failure } from '../stop.ts'
import { version } from '../version.ts'
import { planFileFormat } from './format.ts'

/** Saves a plan, whole or not at all, readable only for its owner. @throws Stop */
export const writePlanFile = (invocation: Pick<Invocation, 'shell'>, plan: Plan, file: string): Promise<void> =>
  writePrivately(resolve(invocation.shell.cwd, file), `${canonicalJson({ format: planFileFormat, forge: version, plan })}\n`)

/** Writes a file (0600) beside its place and moves it there when it is durable. @throws Stop */
export const writePrivately = async (path: string, text: string): Promise<void> => {
  const part = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`)
  try {
    await writeDurably(part, text)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw failure('FORGE6002', 'A file cannot be written', `${path}: ${reasonOf(error)}.`)
  }
}

const writeDurably = async (path: string, text: string): Promise<void> => {
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
}
