import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Source } from './transfer.ts'

/** A file of this computer as something to send. @throws the file system's error where it cannot be looked at. */
export const fileSource = async (path: string): Promise<Source> => {
  const { size } = await stat(path)
  return { bytes: size, open: () => createReadStream(path, { highWaterMark: 262_144 }) as AsyncIterable<Uint8Array> }
}

/** Bytes in memory as something to send. */
export const bytesSource = (bytes: Uint8Array): Source => ({
  bytes: bytes.length,
  open: async function* () {
    yield bytes
  },
})
