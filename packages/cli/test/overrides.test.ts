import { expect, test } from 'vitest'
import { makePlace, twoNotes } from './support/forge.ts'

const council = twoNotes.replace('    size: 2\n', '    size: 3\n    quorum: majority\n')

test.each(['quorum:note', 'quorum:group.note'])('--override %s lets the group lose its majority, for once and in red', async (word) => {
  await using place = await makePlace(council)
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', council.replace('size: 3', 'size: 1'))
  const refused = await place.forge(['plan', '--max-destroy', '3'])
  expect(refused.out).toMatch(/REFUSED +quorum/)
  expect((await place.forge(['apply', '--auto-approve', '--max-destroy', '3'])).exit).toBe(6)
  const lifted = await place.forge(['plan', '--max-destroy', '3', '--override', word])
  expect(lifted.out).toMatch(/LIFTED +quorum/)
  expect((await place.forge(['apply', '--auto-approve', '--max-destroy', '3', '--override', word])).exit).toBe(0)
})

test.each([
  ['plan', 'quorum:ntoe', 'Did you mean --override quorum:note?'],
  ['apply', 'quorum:database', 'The groups are: note.'],
  ['destroy', 'quorum:database', 'There is no group database.'],
  ['plan', 'quorum:onte', 'Did you mean --override quorum:note?'],
  ['plan', 'qorum:note', 'Did you mean quorum:note?'],
  ['plan', 'note', 'Expected quorum:GROUP, such as quorum:web.'],
  ['plan', 'quorum:', 'Expected the name of a group after quorum:'],
  ['plan', 'quorum:instance.note', 'Expected the name of a group after quorum:'],
  ['plan', 'max-destroy:note', 'Expected quorum:GROUP'],
])('%s --override %s is refused', async (command, word, says) => {
  await using place = await makePlace(council)
  const { exit, err } = await place.forge([command, '--override', word])
  expect(exit).toBe(1)
  expect(err).toContain(says)
})

test('a group that is only in the state may be named', async () => {
  await using place = await makePlace(council)
  await place.forge(['apply', '--auto-approve'])
  await place.write('forge.yaml', twoNotes.replaceAll('note:', 'memo:').replace('groups.note.', 'groups.memo.'))
  expect((await place.forge(['plan', '--override', 'quorum:note'])).exit).toBe(0)
})

test('--override cannot change a saved plan', async () => {
  await using place = await makePlace(council)
  await place.forge(['plan', '--out', 'a.forgeplan'])
  expect((await place.forge(['apply', 'a.forgeplan', '--override', 'quorum:note'])).err).toContain('--override cannot change a saved plan')
})

test('--approve is refused before anything is done where the plan has no such gate', async () => {
  await using place = await makePlace()
  await place.forge(['plan', '--out', 'a.forgeplan'])
  for (const argv of [
    ['apply', 'a.forgeplan'],
    ['apply', '--auto-approve'],
  ]) {
    const { exit, err } = await place.forge([...argv, '--approve', 'canary.group.note'])
    expect(exit).toBe(1)
    expect(err).toContain('FORGE6023')
    expect(err).toContain('The plan has no gate that asks anybody.')
    expect((await place.forge(['state', 'history'])).out).not.toContain('forge apply')
  }
})
