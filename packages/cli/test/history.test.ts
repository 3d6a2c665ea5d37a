import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

test('history shows each run: when, what, why, and what came of it', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve', '--message', 'the first\n two'])
  await place.write('forge.yaml', twoNotes.replace('size: 2', 'size: 3').replace('default: hello', 'default: bye'))
  await place.forge(['apply', '--auto-approve'])
  await place.forge(['destroy', '--auto-approve', '--message', 'enough \u001b[31m'])
  const { exit, out } = await place.forge(['state', 'history'])
  expect(exit).toBe(0)
  const lines = out.split('\n').map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/, 'TIME').replaceAll(/ +/g, ' '))
  expect(lines).toEqual([
    'REVISION WHEN COMMAND RESULT OBJECTS',
    '3 TIME forge destroy done -3',
    ' enough \\u{1b}[31m',
    '2 TIME forge apply done +1 ~2',
    '1 TIME forge apply done +2',
    ' the first two',
    '',
  ])
  const json = JSON.parse((await place.forge(['state', 'history', '--json'])).out) as { readonly revisions: readonly unknown[] }
  expect(json.revisions).toMatchObject([
    { revision: 1, command: 'forge apply', message: 'the first two', result: 'done', added: 2, changed: 0, destroyed: 0, imported: 0 },
    { revision: 2, message: null, added: 1, changed: 2 },
    { revision: 3, command: 'forge destroy', destroyed: 3 },
  ])
})

test('a message is one short line', async () => {
  await using place = await makePlace()
  expect((await place.forge(['apply', '--auto-approve', '--message', ' '])).err).toContain('1 to 500 characters')
  expect((await place.forge(['apply', '--auto-approve', '--message', 'x'.repeat(501)])).exit).toBe(1)
})

test('without a state there is no history', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['state', 'history'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE4001')
})
