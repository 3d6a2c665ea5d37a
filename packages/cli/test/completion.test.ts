import { expect, test } from 'vitest'
import { commandWords } from '../src/completion/words.ts'
import { exits } from '../src/exit.ts'
import { makeProgram } from '../src/syntax/program.ts'
import { makePlace } from './support/forge.ts'

const program = makeProgram(async () => undefined, { out: () => undefined, err: () => undefined })
const words = commandWords(program)
const at = (command: string) => words.find((one) => one.at === command)

test('every command that is not hidden is completed', () => {
  expect(at('')?.commands).toEqual(expect.arrayContaining(['plan', 'apply', 'state', 'completion']))
  expect(at('')?.commands).not.toContain('complete')
  expect(at('state')?.commands).toEqual(expect.arrayContaining(['list', 'history']))
})

test('a value is a file, a folder, an address or a choice by what it is called', () => {
  const option = (command: string, name: string) => at(command)?.options.find(({ names }) => names.includes(name))?.value
  expect(option('plan', '--target')).toEqual({ kind: 'address' })
  expect(option('plan', '--out')).toEqual({ kind: 'file' })
  expect(option('', '--directory')).toEqual({ kind: 'folder' })
  expect(option('graph', '--format')).toEqual({ kind: 'choices', choices: ['mermaid', 'dot'] })
  expect(option('plan', '--json')).toEqual({ kind: 'flag' })
  for (const name of ['--override', '--revision']) expect(option('plan', name)).toEqual({ kind: 'text' })
  expect(option('apply', '--approve')).toEqual({ kind: 'text' })
  expect(at('state show')?.values).toEqual([{ kind: 'address' }])
  expect(at('image push')?.values).toEqual([{ kind: 'image' }])
  expect(at('completion')?.values).toEqual([{ kind: 'choices', choices: ['bash', 'zsh', 'fish'] }])
})

test('complete names the units and addresses of the state, and is silent where there is none', async () => {
  await using place = await makePlace()
  expect(await place.forge(['complete', 'addresses'])).toEqual({ exit: 0, out: '', err: '' })
  await place.forge(['apply', '--auto-approve'])
  expect((await place.forge(['complete', 'addresses'])).out).toBe('group.note\ngroup.note/1\ngroup.note/2\n')
})

test('complete names the images of the configuration, and is silent where there is none', async () => {
  const images = 'stack: notes\nimages:\n  os: { plugin: linuxkit, source: os.iso, push: { provider: here } }\n'
  await using place = await makePlace(images)
  expect(await place.forge(['complete', 'images'])).toEqual({ exit: 0, out: 'os\n', err: '' })
  await using empty = await makePlace(null)
  expect(await empty.forge(['complete', 'images'])).toEqual({ exit: 0, out: '', err: '' })
})

test('another shell is refused with those that there are', async () => {
  await using place = await makePlace(null)
  expect((await place.forge(['completion', 'tcsh'])).err).toContain('bash, zsh, fish')
})

test.each(['init', 'fmt', 'graph', 'import', 'completion', 'state history', 'image push'])(
  'the help of %s has examples',
  async (command) => {
    await using place = await makePlace(null)
    const { exit, out } = await place.forge([...command.split(' '), '--help'])
    expect(exit).toBe(0)
    expect(out).toContain('Examples:\n  ')
  },
)

test('the help of forge names every exit code and what it listens to', async () => {
  await using place = await makePlace(null)
  const { out } = await place.forge(['--help'])
  for (const code of Object.values(exits)) expect(out).toMatch(new RegExp(`^  ${String(code)} +\\S`, 'm'))
  for (const name of ['FORGE_LOG', 'FORGE_STATE', 'FORGE_VAR_', 'NO_COLOR']) expect(out).toContain(name)
})
