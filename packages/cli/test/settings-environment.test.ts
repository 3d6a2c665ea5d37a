import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Place } from './support/forge.ts'
import { makePlace, twoNotes } from './support/forge.ts'

// Notes on shelves: the same provider with settings that the environment may give. It writes down what it was opened with.
const shelves = `import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { provider as files } from './files-provider.mjs'
const text = { kind: 'string' }
export const provider = {
  ...files,
  settings: { kind: 'object', fields: {
    shelf: { schema: text, doc: 'Which shelf.', environment: ['NOTES_SHELF', 'OLD_SHELF'], spellings: { names: ['Board'] } },
    key: { schema: { kind: 'secret' }, doc: 'Opens the room.', environment: ['NOTES_KEY', 'OLD_KEY'] },
    pages: { schema: { kind: 'integer' }, doc: 'How many.', environment: ['NOTES_PAGES'] },
  } },
  async open(settings, host) {
    await writeFile(join(host.directory, 'opened.json'), JSON.stringify(settings))
    return files.open(settings, host)
  },
}
`

const withSettings = (settings: string): string => twoNotes.replace('./files-provider.mjs', `./shelves.mjs${settings}`)
const key = 'canary-of-the-room'
const around = { env: { NOTES_SHELF: 'top', NOTES_KEY: key } }

const makeRoom = async (settings = ''): Promise<Place> => {
  const place = await makePlace(withSettings(settings))
  await place.write('shelves.mjs', shelves)
  return place
}

const opened = async ({ directory }: Place): Promise<unknown> => JSON.parse(await readFile(join(directory, 'opened.json'), 'utf8'))

const planned = async (place: Place, env: Readonly<Record<string, string>>): Promise<unknown> => {
  const { out } = await place.forge(['plan', '--json'], { env })
  const { plan } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { readonly plan: { readonly id: string } }
  return plan.id
}

test('settings that the environment gives reach the provider, and a secret among them reaches no file', async () => {
  await using place = await makeRoom()
  await place.forge(['plan', '--out', 'a.forgeplan'], around)
  expect(await opened(place)).toEqual({ shelf: 'top', key })
  expect(await readFile(join(place.directory, 'a.forgeplan'), 'utf8')).not.toContain(key)
  expect((await place.forge(['apply', '--auto-approve'], around)).exit).toBe(0)
  const kept = await readdir(join(place.directory, '.forge'), { recursive: true, withFileTypes: true })
  const files = kept.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.length).toBeGreaterThan(1)
  for (const file of files) expect((await readFile(file)).includes(key), file).toBe(false)
})

test('a plan is the same as if they stood in the configuration', async () => {
  await using place = await makeRoom()
  // The state's key, which the digests of secrets are made with.
  await place.forge(['apply', '--auto-approve'], around)
  const given = await planned(place, around.env)
  await place.write('forge.yaml', withSettings(', shelf: top, key: "env:NOTES_KEY"'))
  expect(await planned(place, { ...around.env, NOTES_SHELF: 'low' })).toBe(given)
})

test('a variable that is empty is passed over for the next', async () => {
  await using place = await makeRoom()
  await place.forge(['plan'], { env: { NOTES_KEY: '', NOTES_SHELF: '', OLD_KEY: key, OLD_SHELF: 'low' } })
  expect(await opened(place)).toEqual({ shelf: 'low', key })
})

test('a saved plan keeps the values it was made with, and refuses another secret', async () => {
  await using place = await makeRoom()
  await place.forge(['apply', '--auto-approve'], around)
  await place.forge(['plan', '--var', 'word=bye', '--out', 'a.forgeplan'], around)
  const stale = await place.forge(['apply', 'a.forgeplan'], { env: { NOTES_KEY: 'another-room' } })
  expect(stale).toMatchObject({ exit: 5, err: expect.stringContaining('env:NOTES_KEY changed') })
  expect((await place.forge(['apply', 'a.forgeplan'], { env: { NOTES_KEY: key, NOTES_SHELF: 'low' } })).exit).toBe(0)
  expect(await opened(place)).toEqual({ shelf: 'top', key })
})

test('a value that does not fit is told at the block, by the name of the variable', async () => {
  await using place = await makeRoom()
  const { exit, err } = await place.forge(['plan'], { env: { NOTES_PAGES: 'canary' } })
  expect(exit).toBe(1)
  expect(err).toContain('FORGE2036')
  expect(err).toContain('forge.yaml:5:3')
  expect(err).toContain('the environment variable NOTES_PAGES holds something else')
  expect(err).not.toContain('canary')
})

test('an old spelling is a warning that validate and plan show with its line', async () => {
  await using place = await makeRoom(', Board: top')
  for (const command of ['validate', 'plan']) {
    const { exit, err } = await place.forge([command])
    expect(exit).toBe(0)
    expect(err).toContain('FORGE1022')
    expect(err).toContain('here: { plugin: ./shelves.mjs, Board: top }')
  }
  expect(await opened(place)).toEqual({ shelf: 'top' })
})
