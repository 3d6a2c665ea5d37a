import type { IAsyncProperty } from 'fast-check'
import { assert } from 'fast-check'

/** Where the random cases begin: `FORGE_SEED`, which `npm test` takes from the commit; any other one else. */
const seed = Number(process.env['FORGE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Runs `property` on `cases` random cases and says with which seed. @throws with the smallest case that fails, its seed and its path. */
export const holds = async <T>(name: string, property: IAsyncProperty<T>, cases: number): Promise<void> => {
  process.stdout.write(`${name}: ${cases} cases, FORGE_SEED=${seed}\n`)
  await assert(property, { seed, numRuns: cases })
}
