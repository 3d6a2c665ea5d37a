import { spawnSync } from 'node:child_process'
import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './support/command.ts'
import { supervisorsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const makePlace = await makeSite()

const fleet = `stack: fleet
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  idle: { plugin: vanilla, init: "exec sleep 1000" }
groups:
  web: { size: 2, instance: { provider: local }, flavor: idle }
instances:
  admin: { instance: { provider: local }, flavor: idle }
`

test('init writes a starter that is formatted, valid, applies, is well, and goes away again', async () => {
  const place = await makePlace('stack: other\n')
  await rm(join(place.directory, 'forge.yaml'))
  await place.done(['init', '--provider', 'hyperkit'])
  expect(await place.done(['init', '--check'])).toContain('The provider local (hyperkit) answers')
  await place.write('forge.yaml', (await readFile(join(place.directory, 'forge.yaml'), 'utf8')).replace('.forge/machines', 'machines'))
  await place.done(['fmt', '--check'])
  await place.done(['validate'])
  expect(await place.done(['apply', '--auto-approve', '--message', 'the starter'])).toContain('3 added')
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
  expect(await readFile(join(place.directory, '.gitignore'), 'utf8')).toBe('.forge/\n')
  expect((await place.forge(['init'])).code).toBe(1)
  expect(await place.done(['destroy', '--auto-approve'])).toContain('3 destroyed')
  expect(await place.done(['state', 'history'])).toMatch(
    /2 .* forge destroy {2}done {4}-3\n1 .* forge apply {4}done {4}\+3\n {10}the starter/,
  )
  expect(place.world()).toMatchObject({ homes: [], processes: [] })
})

test('fmt ends with 3 until a file is formatted, and formatting does not change the plan', async () => {
  const messy = fleet.replaceAll(': { ', ':   {').replace('groups:', '# the group\n\n\n\ngroups:')
  const place = await makePlace(messy)
  const before = await place.done(['plan', '--markdown'])
  const checked = await place.forge(['fmt', '--check', '--diff'])
  expect(checked.code).toBe(3)
  expect(checked.out).toContain('+  local: { plugin: hyperkit, root: machines }')
  expect(await place.done(['fmt'])).toBe('forge.yaml\n')
  expect(await readFile(join(place.directory, 'forge.yaml'), 'utf8')).toBe(fleet.replace('groups:', '# the group\n\ngroups:'))
  expect(await place.done(['fmt', '--check'])).toBe('')
  expect(await place.done(['plan', '--markdown'])).toBe(before)
})

test('graph draws what depends on what', async () => {
  const place = await makePlace(fleet.replace('admin: { instance', 'admin: { dependsOn: [group.web], instance'))
  const drawn = await place.done(['graph'])
  expect(drawn).toContain('u0["group.web<br/>2 x hyperkit/machine<br/>flavor idle"]')
  expect(drawn).toContain('u1 --> u0')
})

test('a machine that nobody manages is imported, and is the very same machine', async () => {
  const place = await makePlace(fleet)
  await place.done(['apply', '--auto-approve'])
  const [before] = (await place.rows()).filter(({ address }) => address === 'instance.admin')
  const uid = before?.uid ?? ''
  await place.done(['state', 'rm', 'instance.admin'])
  expect(place.world().homes.find((home) => home.uid === uid)?.mark).toBe(null)
  const machines = supervisorsOf(place.world())
  await place.done(['import', 'instance.admin', '--id', uid, '--out', 'take.forgeplan'])
  expect(await place.done(['show', 'take.forgeplan'])).toContain('will be imported')
  expect(await place.done(['apply', 'take.forgeplan', '--message', 'taken over'])).toContain('Apply complete!')
  expect(place.world().homes.find((home) => home.uid === uid)?.mark).toMatchObject({ uid, address: 'instance.admin' })
  expect(supervisorsOf(place.world())).toEqual(machines)
  // What runs at the first boot cannot be read back, so it may differ; taking it in does not touch the process.
  expect(await place.done(['plan'])).toContain('instance.admin will be updated in place: init changed')
  await place.done(['apply', '--auto-approve'])
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
  expect((await place.rows()).find(({ address }) => address === 'instance.admin')?.uid).toBe(uid)
  const refused = await place.forge(['import', 'instance.admin', '--id', uid, '--auto-approve'])
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.err).toContain('FORGE3020')
  expect(await place.done(['state', 'history'])).toContain('<-1')
  await place.done(['destroy', '--auto-approve'])
  expect(place.world()).toMatchObject({ homes: [], processes: [] })
})

test('a machine of another state cannot be imported', async () => {
  const one = await makePlace(fleet)
  const other = await makePlace(fleet.replace('stack: fleet', 'stack: thief').replace('root: machines', `root: ${one.machines}`))
  await one.done(['apply', '--auto-approve'])
  const [victim] = await one.rows()
  const ran = await other.forge(['import', 'group.web/1', '--id', victim?.uid ?? '', '--auto-approve'])
  expect(ran).toMatchObject({ code: 1 })
  expect(ran.err.replaceAll(/[\s│]+/g, ' ')).toContain('another stack, or another state of this one, manages the object')
  await one.done(['destroy', '--auto-approve'])
})

test('excluded machines stay, and the events go into a file while people read results', async () => {
  const place = await makePlace(fleet)
  const out = await place.done(['apply', '--auto-approve', '--exclude', 'instance.admin', '--concise', '--json-into', 'run.json'])
  expect(out).toContain('2 added')
  expect(out).not.toContain('Creating...')
  const types = (await readFile(join(place.directory, 'run.json'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly type: string }).type)
  expect(types).toContain('apply_complete')
  expect((await place.rows()).map(({ address }) => address)).toEqual(['group.web/1', 'group.web/2'])
  await place.done(['destroy', '--auto-approve'])
})

test('FORGE_LOG traces on standard error, and standard output stays what it is', async () => {
  const place = await makePlace(fleet)
  const plain = await place.forge(['plan', '--markdown'])
  const traced = await place.forge(['plan', '--markdown'], { FORGE_LOG: 'debug' })
  expect(traced.out).toBe(plain.out)
  expect(traced.err).toContain('forge[info] plan in ')
  expect(plain.err).not.toContain('forge[')
})

/** A folder with a program `forge`, as an installed one is found. */
const withForge = async (place: Place): Promise<string> => {
  await symlink(join(root, 'packages', 'cli', 'bin', 'forge.js'), join(place.directory, 'forge-bin.js'))
  await writeFile(
    join(place.directory, 'forge'),
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'packages', 'cli', 'bin', 'forge.js')} "$@"\n`,
  )
  await chmod(join(place.directory, 'forge'), 0o755)
  return place.directory
}

const shell = (place: Place, [program = '', ...argv]: readonly string[]): string => {
  const env = { ...process.env, PATH: `${place.directory}:${process.env['PATH'] ?? ''}`, HOME: place.directory }
  const ran = spawnSync(program, argv, { cwd: place.directory, env, encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(`${program} ended with ${String(ran.status)}: ${ran.stdout}${ran.stderr}`)
  return ran.stdout
}

const has = (program: string): boolean => {
  const there = spawnSync(program, ['--version']).error === undefined
  if (!there) console.warn(`SKIPPED, since there is no ${program} here`)
  return there
}

const questions: readonly (readonly [line: string, answers: readonly string[]])[] = [
  ['forge val', ['validate']],
  ['forge state li', ['list']],
  ['forge -C . state his', ['history']],
  ['forge plan --mark', ['--markdown']],
  ['forge plan --comp', ['--compact-warnings']],
  ['forge graph --format ', ['dot', 'mermaid']],
  ['forge completion b', ['bash']],
  ['forge state show group.', ['group.web', 'group.web/1', 'group.web/2']],
  ['forge -C .. -C . plan --target inst', ['instance.admin']],
  ['forge plan --out take', ['taken.forgeplan']],
  ['forge show --json take', ['taken.forgeplan']],
]

const completed = async (): Promise<Place> => {
  const place = await makePlace(fleet)
  await withForge(place)
  await place.done(['apply', '--auto-approve'])
  await place.write('taken.forgeplan', '')
  return place
}

test('completion in bash answers as the program is, and with the addresses of the state', async () => {
  const place = await completed()
  expect(shell(place, ['bash', '--norc', '-c', 'eval "$(forge completion bash)"; complete -p forge'])).toBe('complete -F _forge forge\n')
  for (const [line, answers] of questions) {
    const words = line.split(' ')
    const ask = `set -u; eval "$(forge completion bash)"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _forge; printf '%s\\n' "\${COMPREPLY[@]}"`
    expect([
      line,
      ...shell(place, ['bash', '--norc', '-c', ask, 'bash', ...words])
        .trim()
        .split('\n')
        .toSorted(),
    ]).toEqual([line, ...answers])
  }
  await place.done(['destroy', '--auto-approve'])
})

test.runIf(has('fish'))('completion in fish answers the same', async () => {
  const place = await completed()
  for (const [line, answers] of questions) {
    const out = shell(place, ['fish', '--no-config', '-c', `forge completion fish | source; complete -C '${line}'`])
    const words = out
      .trim()
      .split('\n')
      .map((answer) => answer.split('\t')[0])
    expect([line, ...words.toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))]).toEqual([line, ...answers])
  }
  await place.done(['destroy', '--auto-approve'])
})

test.runIf(has('zsh'))('completion in zsh answers the same', async () => {
  const place = await completed()
  // Outside of its line editor zsh has no matching: what is offered is everything, and the prefix is taken here.
  const ask =
    'compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { print -l -- *(N) }; eval "$(forge completion zsh)"; words=("$@"); CURRENT=$#; _forge'
  for (const [line, answers] of questions) {
    const words = line.split(' ')
    const offered = shell(place, ['zsh', '-f', '-c', ask, 'zsh', ...words])
      .trim()
      .split('\n')
    const fitting = offered.filter((word) => word.startsWith(words.at(-1) ?? ''))
    expect([line, ...fitting.toSorted()]).toEqual([line, ...answers])
  }
  await place.done(['destroy', '--auto-approve'])
})
