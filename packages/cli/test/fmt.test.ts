import { chmod, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace } from './support/forge.ts'

const messy = 'stack:   notes # ours\ngroups: {}\n\n\n\n'
const clean = 'stack: notes # ours\ngroups: {}\n'

test('fmt writes the canonical form, names what changed, and keeps the mode', async () => {
  await using place = await makePlace(messy)
  await place.write('clean.forge.yaml', 'outputs: {}\n')
  const path = join(place.directory, 'forge.yaml')
  await chmod(path, 0o640)
  expect(await place.forge(['fmt'])).toEqual({ exit: 0, out: 'forge.yaml\n', err: '' })
  expect(await readFile(path, 'utf8')).toBe(clean)
  expect((await stat(path)).mode & 0o777).toBe(0o640)
  expect(await place.forge(['fmt'])).toEqual({ exit: 0, out: '', err: '' })
  expect((await readdir(place.directory)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('fmt --check writes nothing and ends with 3 until the files are formatted', async () => {
  await using place = await makePlace(messy)
  expect(await place.forge(['fmt', '--check'])).toEqual({ exit: 3, out: 'forge.yaml\n', err: '' })
  expect(await readFile(join(place.directory, 'forge.yaml'), 'utf8')).toBe(messy)
  await place.forge(['fmt'])
  expect(await place.forge(['fmt', '--check'])).toEqual({ exit: 0, out: '', err: '' })
})

test('fmt --diff shows what changes', async () => {
  await using place = await makePlace(messy)
  const { exit, out } = await place.forge(['fmt', '--check', '--diff', 'forge.yaml'])
  expect(exit).toBe(3)
  expect(out).toContain('--- a/forge.yaml\n+++ b/forge.yaml\n@@ -1,5 +1,2 @@\n-stack:   notes # ours\n+stack: notes # ours\n groups: {}\n')
})

test('fmt takes folders, and standard input to standard output', async () => {
  await using place = await makePlace(messy)
  expect((await place.forge(['fmt', '--check', '.'])).out).toBe('forge.yaml\n')
  expect(await place.forge(['fmt', '-'], { stdin: messy })).toEqual({ exit: 0, out: clean, err: '' })
})

test('a file that is no YAML is told, and no file is written', async () => {
  await using place = await makePlace(messy)
  await place.write('b.forge.yaml', 'outputs: [')
  const { exit, err } = await place.forge(['fmt'])
  expect(exit).toBe(1)
  expect(err).toContain('b.forge.yaml')
  expect(await readFile(join(place.directory, 'forge.yaml'), 'utf8')).toBe(messy)
  expect((await place.forge(['fmt', 'nowhere.yaml'])).err).toContain('there is no such file')
})
