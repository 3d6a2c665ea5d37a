import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fits } from '../src/line/patterns.ts'
import { makePlace, twoNotes } from './support/forge.ts'

test('state commands need no configuration', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await rm(join(place.directory, 'forge.yaml'))
  const { exit, out } = await place.forge(['state', 'list'])
  expect(exit).toBe(0)
  expect(out).toBe('group.note/1\ngroup.note/2\n')
})

test('without a state they say so', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['state', 'list'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE4001')
  expect(await readdir(place.directory)).not.toContain('.forge')
})

test('mv gives another address, and the plan follows the configuration', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['state', 'mv', 'group.note/2', 'group.memo/1'])).exit).toBe(0)
  expect((await place.forge(['state', 'list'])).out).toBe('group.memo/1\ngroup.note/1\n')
  const moved = twoNotes
    .replace('size: 2', 'size: 1')
    .replace('outputs:', `  memo:\n    size: 1\n    instance: { provider: here, text: "hello 2" }\noutputs:`)
  await place.write('forge.yaml', moved)
  expect((await place.forge(['plan'])).out).toContain('0 to add, 0 to change, 0 to destroy')
})

test('mv refuses an address that is taken', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const { exit, err } = await place.forge(['state', 'mv', 'group.note/2', 'group.note/1'])
  expect(exit).toBe(1)
  expect(err).toContain('never holds two objects')
})

test('rm lets the object stand without its mark, and it is no orphan', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['state', 'rm', 'group.note/2'])).exit).toBe(0)
  const files = await readdir(join(place.directory, 'world'))
  const marks = await Promise.all(
    files.map(async (file) => (JSON.parse(await readFile(join(place.directory, 'world', file), 'utf8')) as { mark: unknown }).mark),
  )
  expect(marks.filter((mark) => mark === null)).toHaveLength(1)
  const { exit, out } = await place.forge(['plan', '--detailed-exitcode'])
  expect(exit).toBe(2)
  expect(out).toContain('1 to add')
})

test('an address that is not there is named with the nearest', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const { exit, err } = await place.forge(['state', 'show', 'group.note/3'])
  expect(exit).toBe(1)
  expect(err).toContain('Did you mean group.note/')
})

test.each([
  [['state', 'show', 'note/1'], 'Did you mean group.note/1?'],
  [['state', 'show', 'group.note'], 'Did you mean group.note/1?'],
  [['state', 'rm', 'group.nots/1'], 'Did you mean group.note/1?'],
  [['state', 'mv', 'note', 'group.memo/1'], 'Did you mean group.note/1?'],
  [['console', 'group.note/11'], 'Did you mean group.note/1?'],
  [['plan', '--target', 'note'], 'Did you mean "group.note"?'],
  [['plan', '--replace', 'group.noet/2'], 'Did you mean "group.note/2"?'],
  [['plan', '--exclude', 'note/2'], 'Did you mean "group.note/2"?'],
])('%j says what was probably meant', async (argv, says) => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const { exit, err } = await place.forge(argv)
  expect(exit).toBe(1)
  expect(err).toContain(says)
  expect(err).not.toContain('narrowed')
})

test('a lost state is refused by apply and rebuilt by recover', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await rm(join(place.directory, '.forge', 'state.db'))
  const lost = await place.forge(['apply', '--auto-approve'])
  expect(lost.exit).toBe(6)
  expect(lost.err).toContain('forge state recover')
  expect((await place.forge(['state', 'recover', '--auto-approve'])).exit).toBe(0)
  expect((await place.forge(['plan'])).out).toContain('0 to add, 0 to change, 0 to destroy')
  expect(await place.forge(['state', 'recover', '--auto-approve'])).toMatchObject({
    exit: 0,
    out: 'Nothing to recover: the state knows every object that carries a mark of notes.\n',
  })
})

test('recover takes in what an old backup does not know, and leaves the rest', async () => {
  await using place = await makePlace(twoNotes.replace('size: 2', 'size: 1'))
  await place.forge(['apply', '--auto-approve'])
  await place.forge(['state', 'backup', 'old.db'])
  await place.write('forge.yaml', twoNotes)
  await place.forge(['apply', '--auto-approve'])
  const { out: before } = await place.forge(['state', 'show', 'group.note/1', '--json'])
  for (const file of ['state.db', 'state.db-wal', 'state.db-shm']) await rm(join(place.directory, '.forge', file), { force: true })
  await copyFile(join(place.directory, 'old.db'), join(place.directory, '.forge', 'state.db'))
  const refused = await place.forge(['apply', '--auto-approve'])
  expect(refused.exit).toBe(6)
  expect(refused.err).toContain('forge state recover')
  const asked = await place.forge(['state', 'recover'], { answer: 'no' })
  expect(asked.exit).toBe(1)
  const { exit, out } = await place.forge(['state', 'recover'], { answer: 'yes' })
  expect(exit).toBe(0)
  expect(out).toContain('Recovered 1 object of notes. The state now holds 2.')
  expect((await place.forge(['plan'])).out).toContain('0 to add, 0 to change, 0 to destroy')
  expect((await place.forge(['state', 'show', 'group.note/1', '--json'])).out).toBe(before)
})

test('recover with nothing anywhere fails and asks whether the place is right', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['state', 'recover', '--auto-approve'])
  expect(exit).toBe(1)
  expect(err).toContain('right folder')
})

test('an export with the key moves the state to another place', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['state', 'export', '--with-key'])).exit).toBe(1)
  expect((await place.forge(['state', 'export', '--with-key', '--out', 'state.json'])).exit).toBe(0)
  expect((await stat(join(place.directory, 'state.json'))).mode & 0o777).toBe(0o600)
  await rm(join(place.directory, '.forge'), { recursive: true })
  expect((await place.forge(['state', 'import', 'state.json'])).exit).toBe(0)
  expect((await place.forge(['plan', '--detailed-exitcode'])).exit).toBe(0)
})

test('a backup is a state of its own', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['state', 'backup', 'copy.db'])).exit).toBe(0)
  expect((await place.forge(['--state', 'copy.db', 'state', 'list'])).out).toBe('group.note/1\ngroup.note/2\n')
})

test('unlock has nothing to do when nobody holds the state', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect(await place.forge(['unlock'])).toEqual({ exit: 0, out: 'Nobody holds the state.\n', err: '' })
})

test.each([
  ['group.web/10', 'web', true],
  ['group.web/10', 'group.web/*', true],
  ['group.web/10', 'group.*/1', false],
  ['group.web/10', '*0', true],
  ['group.web/10', '*web*web*', false],
  ['aba', 'ab*ba', false],
])('%s fits %s: %s', (address, pattern, expected) => {
  expect(fits(address, pattern)).toBe(expected)
})
