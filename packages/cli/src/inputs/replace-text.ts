import { randomUUID } from 'node:crypto'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failure } from '../stop.ts'
import { reasonOf } from './read-text.ts'

/** Gives a file another text, whole or not at all, keeping its mode; a link goes on pointing to it. @throws Stop */
export const replaceText = async (path: string, text: string): Promise<void> => {
  let part: string | null = null
  try {
    const target = await realpath(path)
    const { mode } = await stat(target)
    part = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`)
    await write(part, text, mode)
    await rename(part, target)
  } catch (error) {
    if (part !== null) await rm(part, { force: true })
    throw failure('FORGE6002', 'A file cannot be written', `${path}: ${reasonOf(error)}.`)
  }
}

const write = async (path: string, text: string, mode: number): Promise<void> => {
  await using file = await open(path, 'wx', mode)
  // The process's mask may have taken away what the file had.
  await file.chmod(mode)
  await file.writeFile(text)
  await file.sync()
}
