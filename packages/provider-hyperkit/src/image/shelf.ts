import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../home/files.ts'
import type { Claim } from './claim.ts'

/** The images of one root directory. */
export interface Shelf {
  /** Absolute path of the folder with the images. */
  readonly folder: string
  /** Absolute path of the root of the machines. */
  readonly root: string
  /** Absolute path that relative paths of machines start at. */
  readonly base: string
}

/** Whether all files of a claim are there, by their sizes: one that is gone or cut makes the image one that is not there. @throws the system's error. */
export const isWhole = async ({ folder }: Shelf, { files }: Claim): Promise<boolean> => {
  const sizes = await Promise.all(files.map(({ name }) => sizeOf(join(folder, name))))
  return files.every(({ size }, at) => sizes[at] === size)
}

const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
