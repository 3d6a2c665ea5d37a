import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Compares `text` with the file at the absolute `path`; with `FORGE_GOLDEN=update` in the environment it writes the
 * file instead.
 * @throws AssertionError when they differ or the file is missing.
 */
export const golden = (path: string, text: string): void => {
  if (process.env['FORGE_GOLDEN'] === 'update') return write(path, text)
  assert.ok(existsSync(path), `There is no golden file ${path}. Run the test again with FORGE_GOLDEN=update and read what it writes.`)
  assert.equal(text, readFileSync(path, 'utf8'), `The text differs from ${path}. If that is right, run with FORGE_GOLDEN=update.`)
}

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
