import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { sha256 } from '../src/inputs/digest.ts'
import { parsePlanFile } from '../src/planfile/read.ts'
import { makePlace, twoNotes } from './support/forge.ts'
import type { Place } from './support/forge.ts'

type Data = Record<string, unknown>

const saved = async (place: Place, argv: readonly string[] = []): Promise<{ readonly path: string; readonly text: string }> => {
  await place.forge(['plan', '--out', 'a.forgeplan', ...argv])
  const path = join(place.directory, 'a.forgeplan')
  return { path, text: await readFile(path, 'utf8') }
}

/** The file with another plan in it, sealed with a right id, as somebody who knows the format would. */
const forged = (text: string, change: (plan: Data) => Data): string => {
  const file = JSON.parse(text) as Data
  const { id: _, warnings, ...body } = change(file['plan'] as Data)
  return canonicalJson({ ...file, plan: { ...body, id: sha256(canonicalJson(body)), warnings } })
}

test('a saved plan is private, and apply does exactly what it says without the configuration', async () => {
  await using place = await makePlace()
  const { path } = await saved(place)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await place.write('forge.yaml', 'not: [valid')
  const { exit, out } = await place.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(out).toContain('2 added')
})

test('a refused plan is saved for its reviewer, who is not sent to apply it', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', `${twoNotes.replace('size: 2', 'size: 1')}policy: { preventDestroy: true }\n`)
  const { exit, err } = await place.forge(['plan', '--out', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(err).toContain('Saved to a.forgeplan. It can be shown, and apply will refuse it')
  expect(err).not.toContain('forge apply')
  expect((await place.forge(['show', 'a.forgeplan'])).out).toContain('REFUSED')
  expect((await place.forge(['apply', 'a.forgeplan'])).exit).toBe(6)
})

test('applying it again does nothing', async () => {
  await using place = await makePlace()
  await saved(place)
  await place.forge(['apply', 'a.forgeplan'])
  const { exit, out } = await place.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(out).toContain('0 added')
})

test('an edited plan is refused', async () => {
  await using place = await makePlace()
  const { path, text } = await saved(place)
  await writeFile(path, text.replaceAll('hello', 'hallo'))
  const { exit, err } = await place.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6010')
})

test('a plan of another state is refused', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await saved(place, ['--destroy'])
  await using other = await makePlace()
  await other.forge(['apply', '--auto-approve'])
  await writeFile(join(other.directory, 'a.forgeplan'), await readFile(join(place.directory, 'a.forgeplan')))
  const { exit, err } = await other.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6011')
})

test.each([
  ['where there is no state', twoNotes, 'FORGE6011'],
  ['where another stack is', twoNotes.replace('stack: notes', 'stack: memos'), 'FORGE4011'],
])('a plan of a state is refused %s, and leaves nothing there', async (where, config, code) => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const { text } = await saved(place, ['--destroy'])
  await using other = await makePlace(config)
  if (where === 'where another stack is') await other.forge(['apply', '--auto-approve'])
  await other.write('a.forgeplan', text)
  const before = await readdir(other.directory, { recursive: true })
  const { exit, err } = await other.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(1)
  expect(err).toContain(code)
  expect(await readdir(other.directory, { recursive: true })).toEqual(before)
})

test('a world that changed under it ends with 5 and the address', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', twoNotes.replace('default: hello', 'default: bye'))
  await saved(place)
  const { out } = await place.forge(['state', 'show', 'group.note/2', '--json'])
  const { outputs } = JSON.parse(out) as { readonly outputs: { readonly path: string } }
  await writeFile(outputs.path, (await readFile(outputs.path, 'utf8')).replace('hello', 'touched'))
  const { exit, err } = await place.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(5)
  expect(err).toContain('group.note/2')
  expect(err).not.toContain('group.note/1')
})

test('a secret that changed since ends with 5 and names its source', async () => {
  const secretive = twoNotes.replace('text: "${var.word} ${member.ordinal}"', 'text: hi, password: "env:PASSWORD"')
  await using place = await makePlace(secretive)
  await place.forge(['apply', '--auto-approve'], { env: { PASSWORD: 'canary-one' } })
  await place.write('forge.yaml', secretive.replace('text: hi', 'text: ho'))
  await place.forge(['plan', '--out', 'a.forgeplan'], { env: { PASSWORD: 'canary-one' } })
  const changed = await place.forge(['apply', 'a.forgeplan'], { env: { PASSWORD: 'canary-two' } })
  expect(changed.exit).toBe(5)
  expect(changed.err).toContain('env:PASSWORD changed')
  const gone = await place.forge(['apply', 'a.forgeplan'])
  expect(gone.exit).toBe(5)
  expect((await place.forge(['apply', 'a.forgeplan'], { env: { PASSWORD: 'canary-one' } })).exit).toBe(0)
  expect(await readFile(join(place.directory, 'a.forgeplan'), 'utf8')).not.toContain('canary-')
})

test('a plan saved before there was a key leaves nothing to do', async () => {
  const around = { env: { PASSWORD: 'canary-one' } }
  await using place = await makePlace(twoNotes.replace('text: "${var.word} ${member.ordinal}"', 'text: hi, password: "env:PASSWORD"'))
  await place.forge(['plan', '--out', 'a.forgeplan'], around)
  expect((await place.forge(['apply', 'a.forgeplan'], around)).exit).toBe(0)
  expect((await place.forge(['plan', '--detailed-exitcode'], around)).exit).toBe(0)
  expect((await place.forge(['plan', '--detailed-exitcode'], { env: { PASSWORD: 'canary-two' } })).exit).toBe(2)
  expect((await place.forge(['apply', 'a.forgeplan'], around)).exit).toBe(0)
})

test('an ordinary variable stands in the saved plan: it is not needed again and is not blanked out', async () => {
  await using place = await makePlace(twoNotes.replace('  paths: "${groups.note.path}"', '  word: "${var.word}"'))
  await saved(place, ['--var', 'word=farewell'])
  const { exit, out } = await place.forge(['apply', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(out).toContain('word = "farewell"')
  const { out: again } = await place.forge(['apply', 'a.forgeplan'], { env: { FORGE_VAR_word: 'farewell' } })
  expect(again).toContain('word = "farewell"')
  expect((await place.forge(['apply', 'a.forgeplan', '--var', 'word=farewell'])).exit).toBe(0)
})

test('options that would change a saved plan are refused', async () => {
  await using place = await makePlace()
  await saved(place)
  const { exit, err } = await place.forge(['apply', 'a.forgeplan', '--max-destroy', '3'])
  expect(exit).toBe(1)
  expect(err).toContain('--max-destroy')
})

test.each([
  ['no JSON', () => 'hello'],
  ['an empty file', () => ''],
  ['another format', (text: string) => text.replace('forge.plan-file/v1', 'forge.plan-file/v9')],
  ['another major version', (text: string) => forged(text, (plan) => ({ ...plan, tool: 99 }))],
  ['an unknown field', (text: string) => forged(text, (plan) => ({ ...plan, extra: true }))],
  ['a missing field', (text: string) => forged(text, (plan) => ({ ...plan, changes: undefined }))],
  [
    'an address with a path in it',
    (text: string) => forged(text, (plan) => ({ ...plan, renamed: [{ uid: 'u', from: '../x', to: '../y', context: '' }] })),
  ],
  ['a prototype', (text: string) => text.replace('"plan":{', '"plan":{"__proto__":{"tool":1},')],
])('%s is not a plan file', async (_, change) => {
  await using place = await makePlace()
  const { text } = await saved(place)
  expect(parsePlanFile(text, 'a')).toHaveProperty('stack', 'notes')
  expect(() => parsePlanFile(change(text), 'a')).toThrow()
})
