import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/command.ts'
import { booted } from './support/machines.ts'
import { faultsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { openTerminal } from './support/tmux.ts'
import { flat } from './support/words.ts'

const newPlace = await makeSite()

const watched = join(root, 'test', 'e2e', 'support', 'watched.mjs')
const configured = (word: string, more = ''): string => `stack: shop
providers:
  local: { plugin: ${watched}, root: machines }
groups:
  web:
    size: 3
    instance: { provider: local, environment: { WORD: ${word} }, init: exec sleep 1000 }
    ${more}
instances:
  db:
    instance: { provider: local, environment: { WORD: ${word} }, init: exec sleep 1000 }
`

const wordsOf = async (place: Place): Promise<readonly string[]> => {
  const { objects } = JSON.parse(await place.done(['show', '--json'])) as {
    readonly objects: readonly { readonly inputs: { readonly environment: { readonly WORD: string } } }[]
  }
  return objects.map(({ inputs }) => inputs.environment.WORD)
}

const built = async (config: string): Promise<Place> => {
  const place = await newPlace(config)
  await place.done(['apply', '--auto-approve'])
  return place
}

test('a plan towards revision 1 brings back what stood before, and needs no configuration', async () => {
  const place = await built(configured('first'))
  await place.write('forge.yaml', configured('second'))
  await place.done(['apply', '--auto-approve'])
  expect(await wordsOf(place)).toEqual(['second', 'second', 'second', 'second'])
  await place.write('forge.yaml', 'nonsense: [')
  const planned = await place.done(['plan', '--revision', '1', '--out', 'back'])
  expect(planned).toContain('back to revision 1')
  expect(await place.done(['show', 'back', '--markdown'])).toContain('**back to revision 1**')
  await place.done(['apply', 'back'])
  expect(await wordsOf(place)).toEqual(['first', 'first', 'first', 'first'])
  expect((await place.forge(['plan', '--revision', '1', '--detailed-exitcode'])).code).toBe(0)
  await place.write('forge.yaml', configured('first'))
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
  const unknown = await place.forge(['plan', '--revision', '9'])
  expect(unknown.code).toBe(1)
  expect(unknown.err).toContain('There are revisions 1 to 3')
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

const refusals: readonly (readonly [option: string, word: string, says: string])[] = [
  ['--override', 'quorum:wbe', 'Did you mean --override quorum:web?'],
  ['--override', 'quorom:web', 'Did you mean quorum:web?'],
  ['--override', 'web', 'Expected quorum:GROUP'],
  ['--override', 'quorum:db', 'The groups are: web.'],
  ['--approve', 'canary.group.wbe', 'Did you mean canary.group.web?'],
  ['--approve', 'group.web', 'Did you mean canary.group.web?'],
  ['--approve', 'gate', 'Gates that ask: canary.group.web.'],
]

test('an override or an approval of what is not there is refused before anything is done', async () => {
  const place = await built(configured('first', 'update: { canary: 1 }'))
  await place.write('forge.yaml', configured('second', 'update: { canary: 1 }'))
  for (const [option, word, says] of refusals) {
    const refused = await place.forge(['apply', '--auto-approve', option, word])
    expect(refused.code).toBe(1)
    expect(flat(refused.err)).toContain(says)
  }
  expect(await wordsOf(place)).toEqual(['first', 'first', 'first', 'first'])
  expect(await place.done(['state', 'history'])).not.toContain('\n2 ')
})

const canary = (word: string): string => configured(word, 'update: { canary: 1 }')

test('a run stops behind its canary where nobody is asked, says how it goes on and back, and --approve goes on', async () => {
  const place = await built(canary('first'))
  await place.write('forge.yaml', canary('second'))
  await place.done(['plan', '--out', 'roll'])
  const stopped = await place.forge(['apply', 'roll'])
  expect(stopped.code).toBe(3)
  expect(stopped.out).toContain('forge apply roll --approve canary.group.web')
  expect(stopped.out).toContain('To go back instead: forge plan --revision 1')
  expect((await wordsOf(place)).toSorted()).toEqual(['first', 'first', 'second', 'second'])
  expect((await place.forge(['apply', 'roll'])).code).toBe(3)
  const wrong = await place.forge(['apply', 'roll', '--approve', 'canary.group.wbe'])
  expect(wrong.code).toBe(1)
  expect(flat(wrong.err)).toContain('Did you mean canary.group.web?')
  const done = await place.forge(['apply', 'roll', '--approve', 'canary.group.web'])
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('Apply complete!') })
  expect(await wordsOf(place)).toEqual(['second', 'second', 'second', 'second'])
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
})

test('without a plan file the command that goes on is apply, and a stopped roll goes back', async () => {
  const place = await built(canary('first'))
  await place.write('forge.yaml', canary('second'))
  const stopped = await place.forge(['apply', '--auto-approve'])
  expect(stopped.code).toBe(3)
  expect(stopped.out).toContain('forge apply --approve canary.group.web')
  await place.done(['plan', '--revision', '1', '--out', 'back'])
  // One member is no wave that anything comes after, so that nobody is asked.
  await place.done(['apply', 'back'])
  expect(await wordsOf(place)).toEqual(['first', 'first', 'first', 'first'])
})

const hasTmux = spawnSync('tmux', ['-V']).status === 0

test.skipIf(!hasTmux)('at a terminal a person is asked behind the canary: anything but yes stops, yes goes on', async () => {
  const place = await built(canary('first'))
  await place.write('forge.yaml', canary('second'))
  await place.done(['plan', '--out', 'roll'])
  using terminal = openTerminal(place.directory, { columns: 100, rows: 30 })
  terminal.type('forge apply roll; echo "ended with $?"')
  await terminal.shows('Go on with group.web?')
  terminal.type('y')
  await terminal.shows('ended with 3')
  terminal.type('clear; forge apply roll; echo "ended with $?"')
  await terminal.shows('Go on with group.web?')
  terminal.type('yes')
  await terminal.shows('ended with 0')
  expect(terminal.screen().join('\n')).toContain('Apply complete!')
  await booted(place)
  expect(await wordsOf(place)).toEqual(['second', 'second', 'second', 'second'])
})

test.skipIf(!hasTmux)('Ctrl-C at that question ends with 130, and the same command goes on', async () => {
  const place = await built(canary('first'))
  await place.write('forge.yaml', canary('second'))
  await place.done(['plan', '--out', 'roll'])
  using terminal = openTerminal(place.directory, { columns: 100, rows: 30 })
  terminal.type('forge apply roll; echo "ended with $?"')
  await terminal.shows('Go on with group.web?')
  terminal.press('C-c')
  await terminal.shows('ended with 130')
  await place.done(['apply', 'roll', '--approve', 'canary.group.web'])
  expect(await wordsOf(place)).toEqual(['second', 'second', 'second', 'second'])
})
