import { constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'

/** A machine's console: a file that keeps the end of what was written. */
export interface Console {
  write(chunk: string | Uint8Array): void
}

const limit = 512 * 1024

/** Opens the console log (0600); it never holds more than 512 KiB and loses its older half when it is full. */
export const openConsole = (path: string): Console => {
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  let size = fstatSync(file).size
  return {
    write(chunk) {
      try {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        size += writeSync(file, bytes.subarray(0, limit / 2))
        if (size > limit) size = halve(file, size)
      } catch {
        // A full disk must not stop the machine.
      }
    },
  }
}

const halve = (file: number, size: number): number => {
  const tail = Buffer.alloc(limit / 2)
  const length = readSync(file, tail, 0, tail.length, size - tail.length)
  ftruncateSync(file, 0)
  writeSync(file, tail.subarray(0, length))
  return length
}
