import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Place } from './support/forge.ts'
import { makePlace } from './support/forge.ts'

const config = `stack: notes
providers:
  here: { plugin: ./files-provider.mjs }
instances:
  old:
    instance: { provider: here, text: new words }
  other:
    instance: { provider: here, text: other }
`

const addStranger = async ({ directory }: Place, uid = 'native-1'): Promise<string> => {
  await mkdir(join(directory, 'world'), { recursive: true })
  const path = join(directory, 'world', `${uid}.json`)
  await writeFile(path, JSON.stringify({ text: 'old words' }))
  return path
}

test('import shows, asks, writes only the mark, and the next plan shows what differs', async () => {
  await using place = await makePlace(config)
  const path = await addStranger(place)
  const { exit, out } = await place.forge(['import', 'instance.old', '--id', 'native-1'], { answer: 'yes' })
  expect(out).toContain('will be imported')
  expect(out).toContain('Plan: 1 to import')
  expect(exit).toBe(0)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ text: 'old words', mark: { uid: 'native-1', address: 'instance.old' } })
  expect((await place.forge(['state', 'list'])).out).toContain('instance.old')
  const next = await place.forge(['plan'])
  expect(next.out).toContain('Plan: 1 to add, 1 to change, 0 to destroy.')
  expect(next.out).toContain('old words')
})

test('an import can be saved, reviewed and applied', async () => {
  await using place = await makePlace(config)
  await addStranger(place)
  const saved = await place.forge(['import', 'instance.old', '--query', 'old words', '--out', 'take.forgeplan'])
  expect(saved).toMatchObject({ exit: 0 })
  expect((await place.forge(['show', 'take.forgeplan'])).out).toContain('will be imported')
  expect((await place.forge(['apply', 'take.forgeplan'])).exit).toBe(0)
  expect((await place.forge(['state', 'show', 'instance.old'])).out).toContain('native-1')
})

test('what cannot be imported is refused with the reason, and nothing is written', async () => {
  await using place = await makePlace(config)
  await addStranger(place)
  await addStranger(place, 'native-2')
  const refused = async (...argv: readonly string[]): Promise<string> => {
    const { exit, err } = await place.forge(['import', ...argv, '--auto-approve'])
    expect(exit).toBe(1)
    return err
  }
  expect(await refused('instance.old')).toContain('--id')
  expect(await refused('instance.old', '--id', 'a', '--query', 'b')).toContain('not both')
  expect(await refused('instance.old', '--id', 'nothing')).toContain('FORGE5010')
  expect(await refused('instance.old', '--query', 'old words')).toContain('native-1, native-2')
  expect(await refused('instance.none', '--id', 'native-1')).toContain('no such group or instance')
  expect(await refused('old', '--id', 'native-1')).toContain('FORGE6003')
  expect((await place.forge(['import', 'instance.old', '--id', 'native-1', '--auto-approve'])).exit).toBe(0)
  expect(await refused('instance.other', '--id', 'native-1')).toContain('already managed as instance.old')
  expect(await refused('instance.old', '--id', 'native-2')).toContain('already holds')
})

const group = (members: string): string => `stack: notes
providers:
  here: { plugin: ./files-provider.mjs }
groups:
  old:
    ${members}
    instance: { provider: here, text: old words, password: env:NOTE_PASSWORD }
`

test('a group takes over all that a pattern finds, and with --as-configured there is nothing to do then', async () => {
  await using place = await makePlace(group('size: 2'))
  const env = { NOTE_PASSWORD: 'hunter2' }
  for (const name of ['native-1', 'native-2']) await addStranger(place, name)
  const asked = await place.forge(['import', 'group.old', '--query', 'old*', '--as-configured'], { answer: 'yes', env })
  expect(asked.out).toContain('Plan: 2 to import')
  expect(asked.out).toContain('what cannot be read back is taken as configured')
  expect(asked.exit).toBe(0)
  expect(JSON.parse((await place.forge(['state', 'list', '--json'])).out)).toMatchObject([
    { address: 'group.old/1' },
    { address: 'group.old/2' },
  ])
  expect((await place.forge(['plan'], { env })).out).toContain('No changes.')
  const again = await place.forge(['import', 'group.old', '--query', 'old*', '--auto-approve'], { env })
  expect([again.exit, again.err]).toEqual([1, expect.stringContaining('are managed already: native-1, native-2.')])
})

test('a saved import of a group is shown and applied, with the warning that it is more than its size', async () => {
  await using place = await makePlace(group('size: 1'))
  const env = { NOTE_PASSWORD: 'hunter2' }
  for (const name of ['native-1', 'native-2', 'native-3']) await addStranger(place, name)
  const saved = await place.forge(['import', 'group.old', '--query', '*', '--as-configured', '--out', 'take.forgeplan'], { env })
  expect([saved.exit, `${saved.out}${saved.err}`]).toEqual([0, expect.stringContaining('the next plan would remove 2')])
  const shown = JSON.parse((await place.forge(['show', 'take.forgeplan', '--json'])).out)
  expect(shown.resource_changes[0].change.importing).toEqual({ id: 'native-1', name: 'old words', as_configured: true })
  expect((await place.forge(['apply', 'take.forgeplan'], { env })).exit).toBe(0)
  expect(JSON.parse((await place.forge(['state', 'list', '--json'])).out)).toHaveLength(3)
})

test('a group is asked for in a way that fits it', async () => {
  await using place = await makePlace(group('ids: [a, b]'))
  const env = { NOTE_PASSWORD: 'hunter2' }
  await addStranger(place)
  const refused = async (...argv: readonly string[]): Promise<string> => {
    const { exit, err } = await place.forge(['import', 'group.old', ...argv, '--auto-approve'], { env })
    expect(exit).toBe(1)
    return err.replaceAll(/\s*\n│\s*/g, ' ')
  }
  expect(await refused()).toContain('Which object?')
  expect(await refused('--id', 'native-1', '--query', 'x')).toContain('Two ways to name an object')
  expect(await refused('--id', 'native-1')).toContain('such as group.old/1')
  expect(await refused('--query', 'new*')).toContain('has no files/note with the name new*')
  expect(await refused('--folder', 'there')).toContain('cannot look for objects of the type files/note by the folder')
  expect(await refused('--query', 'old*')).toContain('the name of no id: old words (native-1)')
})
