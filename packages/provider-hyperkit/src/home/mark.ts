import type { Mark } from '@forgeplan/model'
import { parseMark } from '@forgeplan/model'
import { join } from 'node:path'
import { readJson } from './files.ts'
import { fileNames } from './home.ts'

/** The mark in a directory that cannot be read as a machine; `null` if that cannot be read either. */
export const markIn = async (directory: string): Promise<Mark | null> => {
  try {
    return parseMark(await readJson(join(directory, fileNames.mark))) ?? null
  } catch {
    // Whatever keeps it from being read: then nobody can say that it is a mark.
    return null
  }
}
