import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

test('--exclude leaves objects as they are', async () => {
  await using place = await makePlace()
  expect((await place.forge(['apply', '--auto-approve', '--exclude', 'group.note/2'])).out).toContain('1 added')
  expect((await place.forge(['state', 'list'])).out.trim()).toBe('group.note/1')
  expect((await place.forge(['plan', '--exclude', 'group.nothing'])).err).toContain('FORGE3005')
})

test('--exclude cannot change a saved plan', async () => {
  await using place = await makePlace()
  await place.forge(['plan', '--out', 'a.forgeplan'])
  expect((await place.forge(['apply', 'a.forgeplan', '--exclude', 'group.note/1'])).err).toContain('--exclude cannot change a saved plan')
})

test('--concise prints results and no progress', async () => {
  await using place = await makePlace()
  const { out } = await place.forge(['apply', '--auto-approve', '--concise'])
  expect(out).not.toContain('group.note/1: Creating...')
  expect(out).toMatch(/group\.note\/1: Creation complete/)
  expect(out).toContain('Apply complete! Resources: 2 added')
})

test('--json-into keeps the words on the terminal and puts the events into a private file', async () => {
  await using place = await makePlace()
  await place.write('events.json', 'old\n')
  const { out } = await place.forge(['apply', '--auto-approve', '--json-into', 'run.json'])
  expect(out).toContain('Apply complete!')
  const path = join(place.directory, 'run.json')
  const events = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events.length).toBeGreaterThan(4)
  expect(events.at(-1)?.['type']).toBe('change_summary')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a file for the events that cannot be opened is told before anything is done', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['apply', '--auto-approve', '--json-into', 'no/where.json'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6002')
  expect((await place.forge(['state', 'list'])).out).toBe('')
})

const secretive = twoNotes.replace('provider: here, ', 'provider: here, password: "env:PASSWORD", ')

test('no secret comes into the file of the events or the trace', async () => {
  await using place = await makePlace(secretive)
  const env = { PASSWORD: 'correct-horse', FORGE_LOG: 'debug' }
  const { exit, out, err } = await place.forge(['apply', '--auto-approve', '--json-into', 'run.json', '--message', 'x correct-horse y'], {
    env,
  })
  expect(exit).toBe(0)
  const history = (await place.forge(['state', 'history'])).out
  for (const text of [out, err, history, await readFile(join(place.directory, 'run.json'), 'utf8')])
    expect(text).not.toContain('correct-horse')
})

test('FORGE_LOG=info tells what is done, debug also where a fault comes from, and without it nothing is told', async () => {
  await using place = await makePlace()
  const trace = async (level: string): Promise<string> =>
    (await place.forge(['plan', '--target', 'group.none'], { env: { FORGE_LOG: level } })).err
  expect(await trace('info')).toContain('forge[info] plan in ')
  expect(await trace('info')).not.toContain('forge[debug]')
  expect(await trace('debug')).toMatch(/forge\[debug\] Stop: /)
  expect(await trace('')).not.toContain('forge[')
})
