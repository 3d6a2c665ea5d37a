import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

const world = (directory: string): Promise<readonly string[]> => readdir(join(directory, 'world'))

test('apply makes what plan showed, and then there is nothing to do', async () => {
  await using place = await makePlace()
  const before = await place.forge(['plan', '--detailed-exitcode'])
  expect(before.exit).toBe(2)
  expect(before.out).toContain('Plan: 2 to add, 0 to change, 0 to destroy.')
  const applied = await place.forge(['apply', '--auto-approve'])
  expect(applied.err).toBe('')
  expect(applied.exit).toBe(0)
  expect(applied.out).toContain('Apply complete! Resources: 2 added, 0 changed, 0 destroyed.')
  expect(await world(place.directory)).toHaveLength(2)
  const after = await place.forge(['plan', '--detailed-exitcode'])
  expect(after.exit).toBe(0)
})

test('plan leaves nothing behind', async () => {
  await using place = await makePlace()
  await place.forge(['plan'])
  expect(await readdir(place.directory)).not.toContain('.forge')
})

test('apply asks, and only yes is a yes', async () => {
  await using place = await makePlace()
  const no = await place.forge(['apply'], { answer: 'y' })
  expect(no.exit).toBe(1)
  expect(no.err).toContain('Nothing was done')
  expect(await world(place.directory)).toEqual([])
  expect((await place.forge(['apply'], { answer: 'yes' })).exit).toBe(0)
  expect(await world(place.directory)).toHaveLength(2)
})

test('with nobody to ask apply fails and names the flag', async () => {
  await using place = await makePlace()
  const { exit, err } = await place.forge(['apply'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6014')
  expect(err).toContain('--auto-approve')
})

test('destroy wants the name of the stack', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['destroy'], { answer: 'yes' })).exit).toBe(1)
  expect(await world(place.directory)).toHaveLength(2)
  expect((await place.forge(['destroy'], { answer: 'notes' })).exit).toBe(0)
  expect(await world(place.directory)).toEqual([])
})

test('a brake ends apply with 6, and --auto-approve does not lift it', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', twoNotes.replace('size: 2', 'size: 0'))
  const { exit, err } = await place.forge(['apply', '--auto-approve'])
  expect(exit).toBe(6)
  expect(err).toContain('--max-destroy 2')
  expect(await world(place.directory)).toHaveLength(2)
  expect((await place.forge(['apply', '--auto-approve', '--max-destroy', '2'])).exit).toBe(0)
})

test('what fails half way ends with 3, and the same command goes on', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const broken = twoNotes.replace('text: "${var.word} ${member.ordinal}"', "text: \"${member.ordinal == 2 ? 'explode' : 'bye'}\"")
  await place.write('forge.yaml', broken)
  const { exit, out } = await place.forge(['apply', '--auto-approve'])
  expect(exit).toBe(3)
  expect(out).toContain('The note exploded.')
  await place.write('forge.yaml', twoNotes)
  expect((await place.forge(['apply', '--auto-approve'])).exit).toBe(0)
})

test('the database, the key and their folder are for the owner only', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  for (const file of ['state.db', 'key']) {
    expect((await stat(join(place.directory, '.forge', file))).mode & 0o777).toBe(0o600)
  }
  expect((await stat(join(place.directory, '.forge'))).mode & 0o777).toBe(0o700)
})

test('two environments of one file have two states', async () => {
  await using place = await makePlace()
  await place.forge(['--env', 'dev', 'apply', '--auto-approve'])
  expect((await place.forge(['--env', 'prod', 'plan', '--detailed-exitcode'])).exit).toBe(2)
  expect((await place.forge(['--env', 'dev', 'plan', '--detailed-exitcode'])).exit).toBe(0)
})

test('outputs can be read by people, as JSON and raw', async () => {
  await using place = await makePlace(twoNotes.replace('paths: "${groups.note.path}"', 'word: "${var.word}"'))
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['output'])).out).toContain('word = "hello"')
  expect((await place.forge(['output', '--raw', 'word'])).out).toBe('hello')
  expect((await place.forge(['output', 'word', '--json'])).out).toBe('"hello"\n')
  const { exit, err } = await place.forge(['output', 'wrod'])
  expect(exit).toBe(1)
  expect(err).toContain('Did you mean word?')
})

test('apply ends with how to see the outputs, if there are any', async () => {
  await using place = await makePlace()
  const { out } = await place.forge(['--env', 'dev', 'apply', '--auto-approve'])
  expect(out).toMatch(/\nTo see them again: forge output --env dev\n$/)
  await using bare = await makePlace(twoNotes.slice(0, twoNotes.indexOf('outputs:')))
  const ended = await bare.forge(['apply', '--auto-approve'])
  expect(ended.out).toMatch(/Apply complete! .*\n$/)
})

test('an apply that fails ends with the exact next command', async () => {
  await using place = await makePlace(twoNotes.replace('default: hello', 'default: explode').replace(' ${member.ordinal}', ''))
  const { exit, out } = await place.forge(['apply', '--auto-approve', '-C', place.directory, '--state', 'it is here.db', '--env', 'dev'])
  expect(exit).toBe(1)
  expect(out.trimEnd().split('\n').at(-1)).toBe(
    `What succeeded is kept. When the cause is mended, go on with: forge apply --env dev -C ${place.directory} --state 'it is here.db'`,
  )
})

test('the head of a plan fits into 80 columns', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', twoNotes.replace('size: 2', 'size: 3'))
  const [head = ''] = (await place.forge(['plan'])).out.split('\n')
  expect(head).toMatch(/^notes {2}plan \w{8} {2}lineage \w{8} {2}1 unit to change, 2 objects kept$/)
  expect(head.length).toBeLessThanOrEqual(80)
})

test('one object of the state is shown in the units of its type, and without its plugin too', async () => {
  await using place = await makePlace()
  await place.forge(['apply', '--auto-approve'])
  const whole = await place.forge(['state', 'show', 'group.note/1'])
  await rm(join(place.directory, 'files-provider.mjs'))
  const { exit, out } = await place.forge(['state', 'show', 'group.note/1'])
  expect(exit).toBe(0)
  expect(out).toBe(whole.out)
})
