import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { version } from '../src/version.ts'
import { makePlace } from './support/forge.ts'

test('an unknown command fails and names the nearest', async () => {
  await using place = await makePlace(null)
  const { exit, err } = await place.forge(['paln'])
  expect(exit).toBe(1)
  expect(err).toContain('Did you mean plan?')
})

test('an unknown option fails and names the nearest', async () => {
  await using place = await makePlace(null)
  const { exit, err } = await place.forge(['plan', '--markdwn'])
  expect(exit).toBe(1)
  expect(err).toContain('Did you mean --markdown?')
})

test.each([
  ['plan', '--max-destroy', 'many'],
  ['apply', '--parallelism', '0'],
  ['apply', '--lock-timeout', 'soon'],
])('%s %s %s is refused', async (...argv) => {
  await using place = await makePlace(null)
  const { exit, err } = await place.forge(argv)
  expect(exit).toBe(1)
  expect(err).toContain('Expected a')
})

test('help goes to standard output and succeeds', async () => {
  await using place = await makePlace(null)
  const { exit, out, err } = await place.forge(['--help'])
  expect(exit).toBe(0)
  expect(out).toContain('Usage: forge')
  expect(err).toBe('')
})

const commands = ['validate', 'plan', 'apply', 'destroy', 'show', 'output', 'unlock', 'schema', 'version']
const stateCommands = ['list', 'show', 'rm', 'mv', 'recover', 'export', 'import', 'backup'].map((name) => `state ${name}`)
test.each([...commands, ...stateCommands])('the help of %s has examples', async (command) => {
  await using place = await makePlace(null)
  const { exit, out } = await place.forge([...command.split(' '), '--help'])
  expect(exit).toBe(0)
  expect(out).toContain('Examples:\n  ')
  expect(out).toContain('--directory')
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('the version is that of the package', async () => {
  const { version: packaged } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  expect(version).toBe(packaged)
})

test.each([
  ['--env', '../../etc'],
  ['--env', 'Prod'],
  ['--env', ''],
])('%s %j is no environment', async (...argv) => {
  await using place = await makePlace()
  const { exit, err } = await place.forge([...argv, 'validate'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6003')
})

test('without a configuration forge says what to do', async () => {
  await using place = await makePlace(null)
  await place.write('forge.yml', 'stack: x\n')
  const { exit, err } = await place.forge(['plan'])
  expect(exit).toBe(1)
  expect(err).toContain('FORGE6001')
  expect(err).toContain('Did you mean to call forge.yml forge.yaml?')
})
