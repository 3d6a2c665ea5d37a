import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { ProviderError } from '@forgeplan/sdk'

/** What a file holds. */
export interface Content {
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

const known = new Map<string, Promise<Content>>()

/**
 * The content of a plain file; read once as long as it stays the same.
 * @throws ProviderError `invalid` when it cannot be read; what the signal says when it ends the reading.
 */
export const contentOf = async (path: string, signal: AbortSignal): Promise<Content> => {
  signal.throwIfAborted()
  try {
    const at = await stat(path)
    if (!at.isFile()) throw new ProviderError('invalid', `${path} is not a plain file.`)
    const key = JSON.stringify([path, at.ino, at.size, at.mtimeMs])
    const content = known.get(key) ?? read(path, signal)
    known.set(key, content)
    content.catch(() => known.delete(key))
    return await content
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ProviderError) throw error
    throw new ProviderError('invalid', `${path} cannot be read (${codeOf(error)}).`, { cause: error })
  }
}

/** The code of a system's error, such as ENOENT. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error')

const read = async (path: string, signal: AbortSignal): Promise<Content> => {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(
    createReadStream(path, { highWaterMark: 2 ** 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        size += chunk.length
        hash.update(chunk)
      }
    },
    { signal },
  )
  return { size, sha256: hash.digest('hex') }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
