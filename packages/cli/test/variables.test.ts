import { expect, test } from 'vitest'
import { fromCommandLine } from '../src/inputs/variables.ts'
import { parseVarFile } from '../src/inputs/var-file.ts'
import { makePlace, twoNotes } from './support/forge.ts'

const textOf = (out: string): string | undefined => /text:\s+"?(\w+)/.exec(out)?.[1]
const one = twoNotes.replace('size: 2', 'size: 1')

test('--var beats FORGE_VAR_, that beats --var-file, that beats the default', async () => {
  await using place = await makePlace(one)
  await place.write('a.vars', '# words\nword=file\n')
  const file = ['--var-file', 'a.vars']
  const env = { FORGE_VAR_word: 'environment' }
  expect(textOf((await place.forge(['plan'])).out)).toBe('hello')
  expect(textOf((await place.forge(['plan', ...file])).out)).toBe('file')
  expect(textOf((await place.forge(['plan', ...file], { env })).out)).toBe('environment')
  expect(textOf((await place.forge(['plan', ...file, '--var', 'word=line'], { env })).out)).toBe('line')
})

test('a later file beats an earlier one, and JSON is a file too', async () => {
  await using place = await makePlace(one)
  await place.write('a.vars', 'word=first')
  await place.write('b.json', '{ "word": "second" }')
  expect(textOf((await place.forge(['plan', '--var-file', 'a.vars', '--var-file', 'b.json'])).out)).toBe('second')
})

test('a variable that is not declared is an error with the nearest name', async () => {
  await using place = await makePlace(one)
  const { exit, err } = await place.forge(['plan', '--var', 'wrod=x'])
  expect(exit).toBe(1)
  expect(err).toContain('Did you mean word?')
})

test('a value of the wrong type is told with where it was given, and without the value', async () => {
  await using place = await makePlace(one.replace('{ default: hello }', '{ type: integer, default: 1 }'))
  await place.write('a.vars', 'word=canary')
  const told = async (argv: readonly string[], env = {}): Promise<string> => (await place.forge(['validate', ...argv], { env })).err
  const all = [
    await told(['--var', 'word=canary']),
    await told([], { FORGE_VAR_word: 'canary' }),
    await told(['--var-file', 'a.vars']),
    await told(['--var', 'word=canary'], { FORGE_VAR_word: '1' }),
  ]
  expect(all.map((text) => /comes from ([^.]+)/.exec(text)?.[1])).toEqual([
    '--var word',
    'the environment variable FORGE_VAR_word',
    'the variable file a',
    '--var word',
  ])
  expect(all.join('')).not.toContain('canary')
})

const secretive = `stack: notes
variables:
  password: { sensitive: true }
providers:
  here: { plugin: ./files-provider.mjs }
instances:
  note:
    instance: { provider: here, text: hello, password: "\${var.password}" }
`

test('a sensitive variable on the command line is refused without repeating it', async () => {
  await using place = await makePlace(secretive)
  const { exit, err, out } = await place.forge(['plan', '--var', 'password=hunter2hunter2'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6006')
  expect(err + out).not.toContain('hunter2')
})

test('a sensitive variable comes from standard input, and its rotation is seen', async () => {
  await using place = await makePlace(secretive)
  const first = await place.forge(['--var-stdin', 'password', 'apply', '--auto-approve'], { stdin: 'canary-one\n' })
  expect(first.exit).toBe(0)
  const same = await place.forge(['plan', '--detailed-exitcode'], { env: { FORGE_VAR_password: 'canary-one' } })
  expect(same.exit).toBe(0)
  const rotated = await place.forge(['plan', '--detailed-exitcode'], { env: { FORGE_VAR_password: 'canary-two' } })
  expect(rotated.exit).toBe(2)
  expect(rotated.out).toContain('(sensitive, changed)')
  expect(first.out + first.err + same.out + rotated.out).not.toContain('canary')
})

test('a command line option without a name or an equals sign is a problem', () => {
  for (const option of ['word', '=x', '']) expect(fromCommandLine([option], []).problems).toHaveLength(1)
})

test('a problem in a variable file never repeats its text', () => {
  expect(parseVarFile('{ "password": "hunter2" oops }')).toEqual({ problem: expect.not.stringContaining('hunter') as string })
  expect(parseVarFile('hunter2')).toEqual({ problem: 'line 1 is not of the form NAME=VALUE' })
  expect(parseVarFile('{ "$late": 1 }')).toHaveProperty('problem')
})
