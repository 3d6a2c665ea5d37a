import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'
import type { Place } from './support/forge.ts'

const noted = (word: string): string => twoNotes.replace('default: hello', `default: ${word}`)
const world = ({ directory }: Place): Promise<readonly string[]> => readdir(join(directory, 'world'))
const idOf = (out: string): unknown => (JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as { plan: { id: string } }).plan.id

test('what a provider doubts beforehand is a warning of the plan, and apply goes on', async () => {
  await using place = await makePlace(noted('doubtful'))
  const { exit, out } = await place.forge(['plan'])
  expect(exit).toBe(0)
  expect(out).toContain('WARNING  A note that says doubtful (FORGE5202), 2 times, the first:')
  expect(out).toContain('group.note/1 says doubtful.')
  expect((await place.forge(['plan', '--markdown'])).out).toContain('FORGE5202')
  const json = (await place.forge(['plan', '--json'])).out.trimEnd().split('\n')
  expect(json).toHaveLength(4)
  expect(JSON.parse(json[3] ?? '')).toMatchObject({ warnings: [{ address: 'group.note/1' }, { address: 'group.note/2' }] })
  expect((await place.forge(['apply', '--auto-approve'])).exit).toBe(0)
})

test('what a provider forbids beforehand is shown by plan and stops apply before it asks', async () => {
  await using place = await makePlace(noted('forbidden'))
  const { exit, out, err } = await place.forge(['plan', '--out', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(out).toContain('ERROR    A note that says forbidden (FORGE5201)')
  expect(out).toContain('Apply will not start (exit 1) while the error above stands. It looks again.\nPlan: 2 to add')
  expect(err).toContain('Once the error above is mended, to do exactly this: ')
  expect((await place.forge(['plan', '--markdown'])).out).toContain('Apply will not start (exit 1)')
  expect((await place.forge(['plan', '--json'])).out).toContain('"applyable":false')
  for (const argv of [['apply'], ['apply', 'a.forgeplan']]) {
    const stopped = await place.forge(argv, { answer: 'yes' })
    expect(stopped.exit).toBe(1)
    expect(stopped.err).toContain('group.note/1 says forbidden.')
  }
  expect(await world(place)).toEqual([])
})

test('the words of a provider do not change the id of a plan', async () => {
  await using place = await makePlace(noted('doubtful'))
  const loud = idOf((await place.forge(['plan', '--json'])).out)
  const plugin = await readFile(join(place.directory, 'files-provider.mjs'), 'utf8')
  await place.write('quiet-provider.mjs', plugin.replace('async preflight', 'async silent'))
  await rm(join(place.directory, 'files-provider.mjs'))
  await place.write('files-provider.mjs', "export { provider } from './quiet-provider.mjs'")
  const quiet = await place.forge(['plan', '--json'])
  expect(idOf(quiet.out)).toBe(loud)
})

test('nobody is asked beforehand where there is nothing to do, and a plan that goes on asks only for the rest', async () => {
  await using place = await makePlace()
  await place.forge(['plan', '--out', 'a.forgeplan'])
  await place.forge(['apply', 'a.forgeplan'])
  await rm(join(place.directory, 'preflight.log'))
  await place.forge(['plan'])
  await place.forge(['apply', '--auto-approve'])
  await place.forge(['apply', 'a.forgeplan'])
  expect(await readdir(place.directory)).not.toContain('preflight.log')
})

test('what a login may not do is a warning of the plan, and stops apply before its first step', async () => {
  await using place = await makePlace(noted('denied'))
  const { exit, out } = await place.forge(['plan', '--out', 'a.forgeplan'])
  expect(exit).toBe(0)
  expect(out).toContain('WARNING  It is not allowed (FORGE5203)')
  expect(out).not.toContain('ERROR')
  for (const argv of [
    ['apply', '--auto-approve'],
    ['apply', 'a.forgeplan'],
  ]) {
    const { exit: stopped, err } = await place.forge(argv)
    expect(stopped).toBe(1)
    expect(err).toContain('Error: It is not allowed')
    expect(err).toContain('group.note/1: create is not allowed.')
  }
  expect(await world(place)).toEqual([])
})

test('a change and a removal are asked about as a creation is', async () => {
  await using place = await makePlace(noted('hello'))
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', noted('denied'))
  const update = await place.forge(['apply', '--auto-approve'])
  expect([update.exit, update.err.includes('group.note/1: update is not allowed.')]).toEqual([1, true])
})
