import { readIso } from '@forgeplan/sdk/iso'
import { join } from 'node:path'
import { readBounded } from './files.ts'
import { fileNames } from './home.ts'
import type { MetaData } from './spec.ts'
import { parseMetaData } from './spec.ts'

/** What a machine boots from. `init` is empty where there is nothing to run. */
export interface BootImage {
  readonly meta: MetaData
  readonly init: Uint8Array
}

/** Reads the machine's data image. @throws IsoError or NotAFile when it is damaged; Error when it is missing. */
export const readImage = async (directory: string): Promise<BootImage> => {
  const bytes = await readBounded(join(directory, fileNames.image), 64 * 2 ** 20)
  const files = bytes === null ? undefined : readIso(bytes)
  const meta = parseMetaData(files?.get('meta-data'))
  if (meta === undefined) throw new Error('There is no usable data image.')
  return { meta, init: files?.get('user-data') ?? new Uint8Array() }
}
