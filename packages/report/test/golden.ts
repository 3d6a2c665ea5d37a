import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, 'golden')

/** Compares bytes with a stored file (`NAME.golden.EXT`, which the formatter leaves alone); `FORGE_GOLDEN=update` stores them instead. */
export const expectGolden = (name: string, actual: string): void => {
  const path = join(folder, name.replace(/\.(?=[a-z]+$)/, '.golden.'))
  if (process.env['FORGE_GOLDEN'] === 'update') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, actual)
  }
  expect(existsSync(path), `${name} is missing: run with FORGE_GOLDEN=update`).toBe(true)
  expect(actual).toBe(readFileSync(path, 'utf8'))
}
