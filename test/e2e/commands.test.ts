import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { chmod, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder } from './support/canary.ts'
import { root } from './support/command.ts'
import { faultsOf } from './support/oracle.ts'
import { booted, killMachine, removeMachine } from './support/machines.ts'
import type { Place } from './support/place.ts'
import { asReader } from './support/reader.ts'
import { makeSite } from './support/place.ts'
import { flat, uidAt } from './support/words.ts'

const newPlace = await makeSite()

const config = `stack: shop
variables:
  size: { type: integer, default: 3 }
  cpus: { type: integer, default: 1 }
providers:
  local: { plugin: ${join(root, 'test', 'e2e', 'support', 'watched.mjs')}, root: machines }
groups:
  web:
    size: "\${var.size}"
    instance: { provider: local, cpus: "\${var.cpus}", init: exec sleep 1000 }
instances:
  db:
    instance: { provider: local, init: exec sleep 1000 }
`

const built = async (): Promise<Place> => {
  const place = await newPlace(config)
  await place.done(['apply', '--auto-approve'])
  return place
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

const callsOf = async (place: Place): Promise<readonly string[]> => {
  const lines = (await readFile(join(place.directory, 'calls'), 'utf8')).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as { verb: string; address: string }).map(({ verb, address }) => `${verb} ${address}`)
}

test('a saved plan is done as it was reviewed, without the configuration, and a second time there is nothing to do', async () => {
  const place = await newPlace(config)
  const planned = await place.forge(['plan', '--out', 'first', '--detailed-exitcode'])
  expect(planned).toMatchObject({ code: 2 })
  expect(planned.out).toContain('Plan: 4 to add, 0 to change, 0 to destroy.')
  expect(planned.err).toContain('forge apply first')
  expect((await place.done(['show', 'first'])).trimEnd()).toBe(planned.out.trimEnd())
  expect((await place.done(['show', 'first', '--json'])).trimEnd()).toBe(lastLine(await place.done(['plan', '--json'])))
  expect(await place.done(['show', 'first', '--markdown'])).toBe(await place.done(['plan', '--markdown']))
  await rm(join(place.directory, 'forge.yaml'))
  expect(await place.done(['apply', 'first'])).toContain('Resources: 4 added, 0 changed, 0 destroyed.')
  const calls = await callsOf(place)
  expect(calls.toSorted()).toEqual(['create group.web/1', 'create group.web/2', 'create group.web/3', 'create instance.db'])
  expect(await place.forge(['apply', 'first'])).toMatchObject({ code: 0 })
  expect(await callsOf(place)).toEqual(calls)
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

test('a saved plan whose world changed ends with 5 and does nothing; a change elsewhere is none of its business', async () => {
  const place = await built()
  await place.done(['plan', '--out', 'web', '--replace', 'group.web/1', '--target', 'group.web'])
  await killMachine(place, 'instance.db')
  const before = await callsOf(place)
  await place.done(['apply', 'web'])
  expect((await callsOf(place)).length).toBe(before.length + 2)

  await place.done(['plan', '--out', 'again', '--replace', 'group.web/2'])
  await killMachine(place, 'group.web/2')
  const [world, calls] = [place.world(), await callsOf(place)]
  const stale = await place.forge(['apply', 'again'])
  expect(stale).toMatchObject({ code: 5 })
  expect(stale.err).toContain('group.web/2')
  expect(await callsOf(place)).toEqual(calls)
  expect(place.world()).toEqual(world)
})

test('a plan file that was edited, cut off, or made for another stack is refused', async () => {
  const place = await built()
  await place.done(['plan', '--out', 'good', '--destroy'])
  const text = await readFile(join(place.directory, 'good'), 'utf8')
  await place.write('edited', text.replace('"action":"delete"', '"action":"forget"'))
  await place.write('cut', text.slice(0, -40))
  await place.write('nothing', 'hello')
  for (const [file, code] of [
    ['edited', 'FORGE6010'],
    ['cut', 'FORGE6009'],
    ['nothing', 'FORGE6009'],
    ['missing', 'FORGE6002'],
  ] as const) {
    const ran = await place.forge(['apply', file])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain(code)
  }
  const other = await newPlace(config.replace('stack: shop', 'stack: other'))
  await other.done(['apply', '--auto-approve'])
  const foreign = await other.forge(['apply', join(place.directory, 'good')])
  expect(foreign.code).toBe(1)
  expect(flat(foreign.err)).toContain('shop')
  expect(faultsOf(other.world(), await other.rows())).toEqual([])
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

test('--target, --replace, --destroy and --refresh-only narrow what is planned', async () => {
  const place = await built()
  const last = async (...argv: readonly string[]): Promise<string> => lastLine(await place.done(['plan', ...argv]))
  expect(await last('--var', 'cpus=2')).toBe('Plan: 0 to add, 3 to change, 0 to destroy.')
  expect(await last('--var', 'cpus=2', '--target', 'group.web/2')).toBe('Plan: 0 to add, 1 to change, 0 to destroy.')
  expect(await last('--replace', 'group.web/2')).toBe('Plan: 1 to add, 0 to change, 1 to destroy.')
  expect(await last('--destroy')).toBe('Plan: 0 to add, 0 to change, 4 to destroy.')
  expect(await last('--destroy', '--target', 'instance.db')).toBe('Plan: 0 to add, 0 to change, 1 to destroy.')
  expect(await last('--refresh-only')).toContain('No changes.')
  const [uid] = [uidAt(await place.rows(), 'group.web/2')]
  await place.done(['apply', '--auto-approve', '--replace', 'group.web/2'])
  expect(uidAt(await place.rows(), 'group.web/2')).not.toBe(uid)
  for (const wrong of [
    ['--target', 'group.wob'],
    ['--replace', 'group.web/9'],
    ['--destroy', '--refresh-only'],
    ['--json', '--markdown'],
  ])
    expect({ wrong, code: (await place.forge(['plan', ...wrong])).code }).toEqual({ wrong, code: 1 })
  await place.done(['destroy', '--auto-approve', '--target', 'instance.db'])
  expect((await place.rows()).map(({ address }) => address)).toEqual(['group.web/1', 'group.web/2', 'group.web/3'])
})

test('a brake ends with 6 and names the flag that lifts it; --auto-approve lifts none', async () => {
  const place = await built()
  const shrink = ['apply', '--auto-approve', '--var', 'size=1']
  const refused = await place.forge(shrink)
  expect(refused.code).toBe(6)
  expect(flat(refused.err)).toContain('--max-destroy 2')
  expect((await place.rows()).length).toBe(4)
  expect((await place.forge([...shrink, '--max-destroy', '1'])).code).toBe(6)
  const lifted = await place.forge([...shrink, '--max-destroy', '2'])
  expect(lifted).toMatchObject({ code: 0 })
  expect(lifted.out).toContain('LIFTED')
  expect((await place.rows()).length).toBe(2)

  await removeMachine(place, 'group.web/1')
  await removeMachine(place, 'instance.db')
  const vanished = await place.forge(['apply', '--auto-approve', '--var', 'size=1'])
  expect(vanished.code).toBe(6)
  expect(flat(vanished.err)).toContain('--accept-vanished 2')
  expect(place.world().homes).toEqual([])
  await place.done(['apply', '--auto-approve', '--var', 'size=1', '--accept-vanished', '2'])
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

test('validate tells every problem with its place, for people and as JSON', async () => {
  const place = await newPlace(`${config.replace('size: "${var.size}"', 'sice: 3')}  cache:\n    instance: { provider: locl }\n`)
  const { code, out, err } = await place.forge(['validate'])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain('forge.yaml:9:5')
  expect(flat(err)).toContain('Did you mean "size"?')
  expect(flat(err)).toContain('Did you mean "local"?')
  expect(err).toContain('^^^^')
  const json = await place.forge(['validate', '--json'])
  expect(json.code).toBe(1)
  const report = JSON.parse(json.out) as {
    valid: boolean
    error_count: number
    diagnostics: { range: { filename: string; start: { line: number } } }[]
  }
  expect(report.valid).toBe(false)
  expect(report.error_count).toBe(report.diagnostics.length)
  expect(report.diagnostics.map(({ range }) => [range.filename, range.start.line])).toContainEqual(['forge.yaml', 9])
  expect((await place.forge(['plan'])).code).toBe(1)
  expect((await place.forge(['apply', '--auto-approve'])).code).toBe(1)
  expect(filesUnder(place.directory)).toEqual([join(place.directory, 'forge.yaml')])
})

const digestOf = ({ directory }: Place): readonly string[] =>
  filesUnder(directory)
    .filter((file) => !file.endsWith('/console-ring'))
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')} ${statSync(file).mtimeMs}`)

test('plan and everything else that only looks writes nothing at all', async () => {
  const place = await built()
  await booted(place)
  const before = [digestOf(place), await callsOf(place)]
  const looks = [
    ['plan'],
    ['plan', '--destroy'],
    ['plan', '--refresh-only'],
    ['validate'],
    ['show'],
    ['state', 'list'],
    ['output'],
    ['schema'],
    ['version'],
  ]
  for (const argv of looks) await place.done(argv)
  await place.forge(['plan', '--detailed-exitcode', '--replace', 'group.web/1'])
  expect([digestOf(place), await callsOf(place)]).toEqual(before)
})

test('the same input gives the same bytes, and reordering the file changes nothing', async () => {
  const place = await newPlace(config)
  const all = async (): Promise<readonly string[]> => {
    const [text, json = '', markdown] = await Promise.all([[], ['--json'], ['--markdown']].map((form) => place.done(['plan', ...form])))
    // The stream begins with a line that tells the time.
    return [text ?? '', lastLine(json), markdown ?? '']
  }
  const first = await all()
  const [head = '', groups = '', instances = ''] = config.split(/^(?=groups:|instances:)/m)
  await place.write('forge.yaml', `${head}${instances}${groups}`)
  expect(await all()).toEqual(first)
})

test('apply --json is one event per line with the names that Terraform has for them', async () => {
  const place = await newPlace(config)
  const { code, out, err } = await place.forge(['apply', '--auto-approve', '--json'])
  expect(code).toBe(0)
  expect(err).toContain('Plan: 4 to add')
  const events = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; '@timestamp': string })
  expect(events.filter(({ type }) => type === 'apply_complete')).toHaveLength(4)
  expect(events.at(-1)).toMatchObject({ type: 'change_summary', changes: { add: 4, change: 0, remove: 0 } })
})

test('a folder that cannot be written to can be planned by somebody who may only read', async ({ skip }) => {
  const place = await built()
  const reader = await asReader(place)
  if (reader === null) return skip('This user can write anywhere, and no other user can read this repository.')
  try {
    const planned = await reader(['plan', '--detailed-exitcode', '--var', 'size=4'])
    expect(planned).toMatchObject({ code: 2 })
    expect(planned.out).toContain('Plan: 1 to add')
    expect((await reader(['state', 'list'])).code).toBe(0)
    const refused = await reader(['apply', '--auto-approve', '--var', 'size=4'])
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/FORGE4005|FORGE6002/)
  } finally {
    await chmod(place.directory, 0o700)
  }
})
