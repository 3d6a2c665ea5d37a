import { open, stat } from 'node:fs/promises'
import { corrupt, StoreError } from './errors.ts'
import { checkOrigin } from './schema.ts'
import { codeOf } from './sqlite.ts'
import { notOurs } from './sqlite-error.ts'

/**
 * Looks at a file before SQLite does, so that a file of somebody else is not changed in any way. `missing` and `blank`
 * (no byte was ever written) hold no state. Offsets are those of https://sqlite.org/fileformat2.html#the_database_header.
 * @throws StoreError `foreign` or `newer`; errors of the operating system.
 */
export const inspectFile = async (path: string): Promise<'missing' | 'blank' | 'state'> => {
  const found = await statOrNull(path)
  if (found === null) return 'missing'
  if (!found.isFile()) throw new StoreError('foreign', `${path} is not a file. Name another path with --state or FORGE_STATE.`)
  if (found.size === 0) return 'blank'
  // A file that was being made when the power failed: SQLite rolls it back from its journal before it can be judged.
  if (await hasContent(`${path}-journal`)) return 'state'
  checkHeader(await readHead(path, 100), path)
  return 'state'
}

/** Whether the file exists and is not empty. */
export const hasContent = async (path: string): Promise<boolean> => ((await statOrNull(path))?.size ?? 0) > 0

const checkHeader = (header: Buffer, path: string): void => {
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw notOurs(path)
  if (header.length < 100) throw corrupt(`The database ${path} is cut off.`)
  checkOrigin({ applicationId: header.readUInt32BE(68), version: header.readUInt32BE(60) }, path)
}

/** The first `length` bytes, or fewer where the file is shorter. */
export const readHead = async (path: string, length: number): Promise<Buffer> => {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const statOrNull = async (path: string) => {
  try {
    return await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
