import { readFileSync } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hitsIn, hitsUnder, makeCanary, modeOf } from './support/canary.ts'
import type { Ran, Running } from './support/command.ts'
import { bin, root, startProcess } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()
const [password, file, token] = [makeCanary('password'), makeCanary('file'), makeCanary('token')]
const canaries = [password, file, token]
const secrets = { E2E_PASSWORD: password.text, FORGE_VAR_token: token.text }

const config = (leak: string): string => `stack: vault
variables:
  token: { sensitive: true }
  size: { type: integer, default: 2 }
providers:
  local: { plugin: ${join(root, 'test', 'e2e', 'support', 'watched.mjs')}, root: machines, password: "env:E2E_PASSWORD"${leak} }
  other: { plugin: ${join(root, 'test', 'e2e', 'support', 'watched.mjs')}, root: machines, password: "file:login" }
flavors:
  app:
    plugin: vanilla
    init: |
      cat > /dev/null <<'END'
      \${var.token}
      END
      exec sleep 1000
groups:
  web:
    size: "\${var.size}"
    instance: { provider: local }
    flavor: app
instances:
  db:
    instance: { provider: other }
    flavor: app
outputs:
  token: { value: "\${var.token}", sensitive: true }
  where: "\${groups.web.directory}"
`

/** A folder with the secrets around it, whose every word is looked through; files are for everybody unless forge says otherwise. */
const makeVault = async (leak = '') => {
  const place = await newPlace(config(leak), { login: `${file.text}\n` })
  const start = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
    startProcess(['/bin/sh', '-c', 'umask 000; exec "$@"', 'sh', process.execPath, bin, ...argv], {
      directory: place.directory,
      env: { ...secrets, FORGE_LOG: 'debug', ...env },
    })
  const forge = async (...argv: readonly string[]): Promise<Ran> => {
    const ran = await start(argv).ended
    expect(hitsIn(`forge ${argv.join(' ')}`, ran.out + ran.err, canaries)).toEqual([])
    return ran
  }
  return { place, start, forge }
}

// `login` is the user's own file, and the image, also while it is being written, is what is delivered to the machine.
const hitsInFiles = ({ directory }: Place): readonly string[] => hitsUnder(directory, canaries, /\/(login|data\.iso(\.\d+-\d+\.part)?)$/)

test('no command tells a secret, nothing that is stored holds one, and only the data image delivers it', async () => {
  const { place, forge } = await makeVault()
  const working: readonly (readonly string[])[] = [
    ['validate'],
    ['plan', '--verbose', '--out', 'first.forgeplan'],
    ['show', 'first.forgeplan', '--verbose'],
    ['show', 'first.forgeplan', '--json'],
    ['show', 'first.forgeplan', '--markdown'],
    ['apply', 'first.forgeplan', '--json'],
    ['plan', '--json'],
    ['plan', '--markdown'],
    ['plan', '--destroy', '--verbose'],
    ['plan', '--replace', 'group.web/1', '--verbose'],
    ['show', '--verbose'],
    ['show', '--json'],
    ['state', 'list', '--json'],
    ['state', 'show', 'group.web/1'],
    ['state', 'show', 'instance.db', '--json'],
    ['output'],
    ['output', '--json'],
    ['state', 'export'],
    ['state', 'export', '--with-key', '--out', 'export.json'],
    ['state', 'backup', 'backup.db'],
    ['validate', '--json'],
    ['unlock'],
  ]
  for (const argv of working) expect({ argv, code: (await forge(...argv)).code }).toEqual({ argv, code: 0 })
  expect((await forge('output', 'token')).code).toBe(1)
  expect(hitsInFiles(place)).toEqual([])

  const { homes, processes } = place.world()
  expect(homes).toHaveLength(3)
  for (const { uid } of homes) {
    const image = join(place.machines, uid, 'data.iso')
    expect(hitsIn('image', readFileSync(image), canaries)).toEqual(['image: token'])
  }
  expect(processes.length).toBeGreaterThanOrEqual(6)
  for (const { pid } of processes)
    for (const what of ['cmdline', 'environ']) expect(hitsIn(what, readFileSync(`/proc/${pid}/${what}`), canaries)).toEqual([])
  expect((await forge('destroy', '--auto-approve')).code).toBe(0)
  expect(place.world()).toEqual({ homes: [], fragments: [], processes: [] })
})

test('what holds anything private can be read by its owner alone, whatever the umask', async () => {
  const { place, start, forge } = await makeVault()
  await forge('plan', '--out', 'plan')
  await forge('apply', '--auto-approve')
  await forge('state', 'export', '--with-key', '--out', 'export')
  await forge('state', 'backup', 'backup')
  const running = start(['apply', '--auto-approve', '--replace', 'group.web/1'])
  await running.printed('Applying')
  running.child.kill('SIGKILL')
  await running.ended
  const state = (await readdir(join(place.directory, '.forge'))).map((name) => `.forge/${name}`)
  expect(state).toContain('.forge/state.db-wal')
  for (const name of [...state, 'plan', 'export', 'backup']) expect([name, modeOf(join(place.directory, name))]).toEqual([name, '0600'])
  expect(modeOf(join(place.directory, '.forge'))).toBe('0700')
  await forge('apply', '--auto-approve')
  for (const { uid } of place.world().homes) {
    expect(modeOf(join(place.machines, uid))).toBe('0700')
    for (const name of ['data.iso', 'console-ring', 'mark.json', 'machine.json'])
      expect([name, modeOf(join(place.machines, uid, name))]).toEqual([name, '0600'])
  }
})

test('at no moment of a run does the database, its log or a command line hold a secret', async () => {
  const { place, start } = await makeVault()
  const seen: string[] = []
  const running = start(['apply', '--auto-approve', '--parallelism', '1'], { FORGE_VAR_size: '4' })
  let over = false
  const ended = running.ended.finally(() => (over = true))
  while (!over) {
    const lines = place.world().processes.map(({ command }) => command)
    const own = readFileOr(`/proc/${running.child.pid ?? 0}/cmdline`)
    seen.push(...hitsInFiles(place), ...hitsIn('process', [...lines, own].join('\n'), canaries))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect((await ended).code).toBe(0)
  expect(seen).toEqual([])
})

test.each(['open', 'apply', 'output'])('a provider that tells its password (%s) is not repeated', async (leak) => {
  const { place, forge } = await makeVault(`, leak: ${leak}`)
  const codes = { open: 1, apply: 3, output: 0 }
  const { code, out, err } = await forge('apply', '--auto-approve')
  expect({ code, out, err }).toMatchObject({ code: codes[leak as keyof typeof codes] })
  if (leak !== 'output') expect(out + err).toContain('The login with (sensitive')
  for (const argv of [['show', '--json'], ['state', 'show', 'group.web/1', '--json'], ['plan'], ['apply', '--auto-approve', '--json']])
    await forge(...argv)
  expect(hitsInFiles(place)).toEqual([])
})

test('a rotated secret is a change that is not told, with the key; a copy of the state without the key knows nothing of it', async () => {
  const { place, forge, start } = await makeVault()
  await forge('apply', '--auto-approve')
  expect((await forge('plan', '--detailed-exitcode')).code).toBe(0)
  const next = makeCanary('next')
  const rotated = await start(['plan', '--detailed-exitcode', '--verbose', '--out', 'plan'], { FORGE_VAR_token: next.text }).ended
  expect(rotated).toMatchObject({ code: 2 })
  expect(rotated.out).toContain('(sensitive')
  expect(hitsIn('plan', rotated.out + rotated.err, [next, ...canaries])).toEqual([])
  expect(hitsUnder(place.directory, [next])).toEqual([])
  await mkdir(join(place.directory, 'copy'))
  await copyFile(join(place.directory, '.forge', 'state.db'), join(place.directory, 'copy', 'state.db'))
  expect(hitsUnder(join(place.directory, 'copy'), canaries)).toEqual([])
})

test('a sensitive variable is refused on the command line, and taken from standard input or a file', async () => {
  const { place, forge } = await makeVault()
  const refused = await place.forge(['plan', '--var', `token=${token.text}`], { E2E_PASSWORD: password.text })
  expect(refused.code).toBe(1)
  expect(hitsIn('refusal', refused.out + refused.err, canaries)).toEqual([])
  await place.write('login.vars', JSON.stringify({ token: token.text }))
  const given = await place.forge(['plan', '--var-file', 'login.vars'], { E2E_PASSWORD: password.text })
  expect(given.code).toBe(0)
  expect(hitsIn('plan', given.out + given.err, canaries)).toEqual([])
  await place.write('login.vars', `token = ${token.text}`)
  const broken = await forge('plan', '--var-file', 'login.vars')
  expect(broken.code).toBe(1)
})

const readFileOr = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
