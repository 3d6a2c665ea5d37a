import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callBegun } from './support/calls.ts'
import type { Running } from './support/command.ts'
import { bin, root, startProcess } from './support/command.ts'
import { faultsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { flat } from './support/words.ts'

const newPlace = await makeSite()

// Each call takes half a second, so that there is time to interrupt.
const config = `stack: desk
providers:
  local: { plugin: ${join(root, 'test', 'e2e', 'support', 'watched.mjs')}, root: machines, delay: 500 }
groups:
  web:
    size: 4
    instance: { provider: local, init: exec sleep 1000 }
`

// Both hand their standard input on as what is typed.
const python = ['python3', '-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])) & 255)']
const works = (program: readonly string[]): boolean =>
  spawnSync(program[0] ?? '', [...program.slice(1), process.execPath, '-e', 'process.exit(process.stdout.isTTY ? 7 : 1)']).status === 7
const terminal = works(python) ? python : null

/** The command in a terminal of its own; what it prints there is `out`. */
const atTerminal = (place: Place, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
  startProcess([...(terminal ?? []), process.execPath, bin, ...argv], {
    directory: place.directory,
    env: { TERM: 'xterm', ...env },
    typing: true,
  })

const type = (running: Running, text: string): void => void running.child.stdin?.write(text)

const checkWhole = async (place: Place): Promise<void> => {
  await place.done(['apply', '--auto-approve'])
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
}

test.skipIf(terminal === null)('apply asks at a terminal: yes does it, and anything else does nothing', async () => {
  const place = await newPlace(config)
  for (const answer of ['y\n', 'no\n', '\n', '\u0004']) {
    const refused = atTerminal(place, ['apply'])
    await refused.printed("Only 'yes'")
    type(refused, answer)
    expect((await refused.ended).code).toBe(1)
  }
  expect(place.world().homes).toEqual([])
  const agreed = atTerminal(place, ['apply'])
  await agreed.printed("Only 'yes'")
  type(agreed, 'yes\n')
  const { code, out } = await agreed.ended
  expect({ code, out }).toMatchObject({ code: 0 })
  expect(out).toContain('Apply complete!')
  expect(out).toContain('\u001b[')
  const destroy = atTerminal(place, ['destroy'])
  await destroy.printed('type the name of the stack')
  type(destroy, 'desk\n')
  expect((await destroy.ended).code).toBe(0)
  expect(place.world()).toEqual({ homes: [], fragments: [], processes: [] })
})

test.skipIf(terminal === null)('Ctrl-C at the question ends with 130 and nothing is done', async () => {
  const place = await newPlace(config)
  const asked = atTerminal(place, ['apply'])
  await asked.printed("Only 'yes'")
  type(asked, '\u0003')
  expect((await asked.ended).code).toBe(130)
  expect(place.world().homes).toEqual([])
  await checkWhole(place)
})

test.skipIf(terminal === null)('Ctrl-C once finishes what runs, says how to go on and ends with 130', async () => {
  const place = await newPlace(config)
  const running = atTerminal(place, ['apply', '--plain', '--auto-approve', '--parallelism', '1'])
  await callBegun(place.directory)
  type(running, '\u0003')
  const { code, out } = await running.ended
  expect(code).toBe(130)
  expect(out).toContain('group.web/1: Creation complete')
  expect(out).not.toContain('group.web/2: Creating')
  expect(out).toContain('To go on: forge apply')
  expect(await place.rows()).toMatchObject([{ address: 'group.web/1', phase: 'live' }])
  await checkWhole(place)
})

test.skipIf(terminal === null)(
  'Ctrl-C twice cuts off even a call that does not listen, and the next apply finds out what became of it',
  async () => {
    const place = await newPlace(config.replace('delay: 500', 'delay: 3600000'))
    const running = atTerminal(place, ['apply', '--plain', '--auto-approve'])
    await callBegun(place.directory)
    type(running, '\u0003')
    await running.printed('Interrupt again')
    type(running, '\u0003')
    expect((await running.ended).code).toBe(130)
    await place.write('forge.yaml', config)
    await checkWhole(place)
  },
)

test.skipIf(terminal === null)('colours are for terminals, and NO_COLOR and --no-color are respected', async () => {
  const place = await newPlace(config)
  const plan = async (argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> =>
    (await atTerminal(place, ['plan', ...argv], env).ended).out
  expect(await plan([])).toContain('\u001b[')
  expect(await plan(['--no-color'])).not.toContain('\u001b[')
  expect(await plan([], { NO_COLOR: '1' })).not.toContain('\u001b[')
  expect(await place.done(['plan'])).not.toContain('\u001b[')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends a run cleanly with 130', async (signal) => {
  const place = await newPlace(config)
  const running = place.start(['apply', '--auto-approve', '--parallelism', '1'])
  await running.printed('group.web/1: Creating...')
  running.child.kill(signal)
  expect((await running.ended).code).toBe(130)
  await checkWhole(place)
})

test('without a terminal apply and destroy do not wait for an answer', async () => {
  const place = await newPlace(config)
  const { code, err } = await place.forge(['apply'])
  expect(code).toBe(1)
  expect(flat(err)).toContain('--auto-approve')
  expect(place.world().homes).toEqual([])
  await place.done(['apply', '--auto-approve'])
  expect((await place.forge(['destroy'])).code).toBe(1)
  expect(place.world().homes).toHaveLength(4)
})

test('a reader that leaves after one line does not stop the apply', async () => {
  const place = await newPlace(config)
  const line = 'node "$0" apply --auto-approve | head -1; exit "${PIPESTATUS[0]}"'
  const piped = await startProcess(['bash', '-c', line, bin], { directory: place.directory }).ended
  expect(piped).toMatchObject({ code: 0, err: '' })
  expect(piped.out.trim().split('\n')).toHaveLength(1)
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

const commands = [
  ...['validate', 'plan', 'apply', 'destroy', 'show', 'output', 'unlock', 'schema', 'version', 'state'].map((name) => [name]),
  ...['list', 'show', 'rm', 'mv', 'recover', 'export', 'import', 'backup'].map((name) => ['state', name]),
]

test('the help of every command tells its options and shows examples, and is data', async () => {
  const place = await newPlace(config)
  const helps = await Promise.all([[], ...commands].map(async (name) => ({ name, ...(await place.forge([...name, '--help'])) })))
  for (const { name, code, out, err } of helps) {
    expect({ name, code, err }).toEqual({ name, code: 0, err: '' })
    expect(out).toMatch(/Examples:\n {2}forge /)
    expect(out).toContain('--env <name>')
  }
  const top = helps[0]?.out ?? ''
  for (const [name = ''] of commands) expect(top).toContain(`  ${name} `)
})

test('a word that is not known is named with the nearest, before anything is read', async () => {
  const place = await newPlace('not even a configuration')
  const words: readonly (readonly [readonly string[], string])[] = [
    [['aply'], 'Did you mean apply?'],
    [['state', 'lst'], 'Did you mean list?'],
    [['plan', '--taget', 'x'], 'Did you mean --target?'],
    [['apply', '--auto-aprove'], 'Did you mean --auto-approve?'],
  ]
  for (const [argv, hint] of words) {
    const { code, out, err } = await place.forge(argv)
    expect({ argv, code, out }).toEqual({ argv, code: 1, out: '' })
    expect(err).toContain(hint)
  }
  expect((await place.forge(['plan', 'extra'])).code).toBe(1)
})

test('version and schema need no configuration', async () => {
  const place = await newPlace('not even a configuration')
  const version = await place.done(['--version'])
  expect(version).toMatch(/^forge \d+\.\d+\.\d+\n$/)
  expect(await place.done(['version'])).toBe(version)
  expect(JSON.parse(await place.done(['version', '--json']))).toMatchObject({ node: process.versions.node })
  expect(JSON.parse(await place.done(['schema']))).toHaveProperty('properties.groups')
})
