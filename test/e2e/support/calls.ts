import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Resolves when the plugin of `watched.mjs` has written down its first call: a run in that folder is inside of it. */
export const callBegun = async (directory: string): Promise<void> => {
  // A file that is there and empty is a call that has not been written down yet.
  const written = (): number => statSync(join(directory, 'calls'), { throwIfNoEntry: false })?.size ?? 0
  await expect.poll(written, { timeout: 30_000, interval: 10 }).toBeGreaterThan(0)
}
