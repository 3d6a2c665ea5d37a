import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startIn } from './support/command.ts'
import { booted } from './support/machines.ts'
import { faultsOf, supervisorsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { flat, uidAt } from './support/words.ts'

const newPlace = await makeSite()

const config = `stack: shop
variables:
  token: { sensitive: true }
providers:
  local: { plugin: hyperkit, root: machines }
groups:
  web:
    size: 2
    instance: { provider: local, init: exec sleep 1000 }
instances:
  db:
    instance: { provider: local, init: exec sleep 1000 }
outputs:
  db: "\${instances.db.directory}"
  web: "\${groups.web.directory}"
  count: 7
  token: { value: "\${var.token}", sensitive: true }
`
const env = { FORGE_VAR_token: 'not-told-to-anybody' }

const built = async (): Promise<Place> => {
  const place = await newPlace(config)
  await place.done(['apply', '--auto-approve'], env)
  return place
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const planCode = async (place: Place): Promise<number | null> => (await place.forge(['plan', '--detailed-exitcode'], env)).code
const addresses = async (place: Place): Promise<readonly string[]> => (await place.rows()).map(({ address }) => address)

test('list, show and output tell what there is, to people and to programs', async () => {
  const place = await built()
  const text = await place.done(['state', 'list'])
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(/\s/)[0]),
  ).toEqual(['group.web/1', 'group.web/2', 'instance.db'])
  expect(await place.done(['state', 'list', 'group.web/*'])).not.toContain('instance.db')
  const { uid } = JSON.parse(await place.done(['state', 'show', 'instance.db', '--json'])) as { uid: string }
  expect(await place.done(['state', 'show', 'instance.db'])).toContain(uid)
  const show = JSON.parse(await place.done(['show', '--json'])) as { stack: string; objects: readonly { address: string }[] }
  expect([show.stack, show.objects.map(({ address }) => address)]).toEqual(['shop', ['group.web/1', 'group.web/2', 'instance.db']])
  expect(await place.done(['output', '--raw', 'db'])).toBe(join(place.machines, uid))
  expect(JSON.parse(await place.done(['output', '--json', 'web']))).toHaveLength(2)
  expect(await place.done(['output', '--raw', 'count'])).toBe('7')
  const all = JSON.parse(await place.done(['output', '--json'])) as Readonly<Record<string, { sensitive: boolean; value: unknown }>>
  expect([Object.keys(all).toSorted(), all['token']?.sensitive]).toEqual([['count', 'db', 'token', 'web'], true])
  expect(await place.done(['output'])).toContain('sensitive')
  for (const wrong of [
    ['output', 'dv'],
    ['output', 'token'],
    ['output', '--raw', 'web'],
    ['output', '--raw'],
    ['state', 'show', 'instance.dv'],
  ])
    expect({ wrong, code: (await place.forge(wrong)).code }).toEqual({ wrong, code: 1 })
  expect(flat((await place.forge(['output', 'dv'])).err)).toContain('Did you mean db?')
  expect(flat((await place.forge(['state', 'show', 'instance.dv'])).err)).toContain('Did you mean instance.db?')
})

test('mv gives a machine another address, and it is the same machine', async () => {
  const place = await built()
  const [uid, before] = [uidAt(await place.rows(), 'instance.db'), supervisorsOf(place.world())]
  await place.done(['state', 'mv', 'instance.db', 'instance.database'])
  expect(uidAt(await place.rows(), 'instance.database')).toBe(uid)
  await place.write('forge.yaml', config.replaceAll('db:\n', 'database:\n').replace('instances.db.', 'instances.database.'))
  expect(await place.done(['plan'], env)).toContain('No changes.')
  await place.done(['apply', '--auto-approve'], env)
  expect(supervisorsOf(place.world())).toEqual(before)
  expect((await place.forge(['state', 'mv', 'instance.database', 'group.web/1'])).code).toBe(1)
  expect((await place.forge(['state', 'mv', 'instance.database', 'nonsense'])).code).toBe(1)
})

test('a rename in the configuration with moved touches no machine', async () => {
  const place = await built()
  const before = supervisorsOf(place.world())
  await place.write(
    'forge.yaml',
    `${config.replaceAll('db:\n', 'database:\n').replace('instances.db.', 'instances.database.')}moved:\n  - { from: instance.db, to: instance.database }\n`,
  )
  const out = await place.done(['apply', '--auto-approve'], env)
  expect(out).not.toMatch(/[1-9]\d* to (add|change|destroy)/)
  expect(await addresses(place)).toEqual(['group.web/1', 'group.web/2', 'instance.database'])
  expect(supervisorsOf(place.world())).toEqual(before)
  expect(await planCode(place)).toBe(0)
})

test('rm lets a machine go: it runs on without its mark, is no orphan, and is not taken for the next one', async () => {
  const place = await built()
  const uid = uidAt(await place.rows(), 'instance.db')
  await place.done(['state', 'rm', 'instance.db'])
  const home = place.world().homes.find((each) => each.uid === uid)
  expect(home).toMatchObject({ mark: null })
  expect(place.world().processes.some((process) => process.uid === uid && process.role === 'supervisor')).toBe(true)
  expect(await planCode(place)).toBe(2)
  await place.done(['apply', '--auto-approve'], env)
  expect(uidAt(await place.rows(), 'instance.db')).not.toBe(uid)
  await place.done(['destroy', '--auto-approve'], env)
  expect(place.world().homes.map((each) => each.uid)).toEqual([uid])
})

test('rm --keep-mark lets go in the state alone, which remembers it', async () => {
  const place = await built()
  const uid = uidAt(await place.rows(), 'instance.db')
  await place.done(['state', 'rm', '--keep-mark', 'instance.db'])
  expect(place.world().homes.find((each) => each.uid === uid)?.mark?.uid).toBe(uid)
  await place.done(['apply', '--auto-approve'], env)
  expect(place.world().homes).toHaveLength(4)
  expect(await planCode(place)).toBe(0)
})

test('a lost state is refused by apply, and rebuilt from the marks without touching a machine', async () => {
  const place = await built()
  await booted(place)
  const [rows, world] = [await place.rows(), place.world()]
  await rm(join(place.directory, '.forge'), { recursive: true })
  const refused = await place.forge(['apply', '--auto-approve'], env)
  expect(refused.code).toBe(6)
  expect(flat(refused.err)).toContain('forge state recover')
  expect(place.world()).toEqual(world)
  expect((await place.forge(['state', 'recover'], env)).code).toBe(1)
  await place.done(['state', 'recover', '--auto-approve'], env)
  expect((await place.rows()).map(({ address, uid }) => [address, uid])).toEqual(rows.map(({ address, uid }) => [address, uid]))
  await place.done(['apply', '--auto-approve'], env)
  expect(place.world().homes.map(({ uid }) => uid)).toEqual(world.homes.map(({ uid }) => uid))
  expect(await planCode(place)).toBe(0)
  expect(await place.done(['state', 'recover', '--auto-approve'], env)).toContain('Nothing to recover')
  expect(await addresses(place)).toEqual(['group.web/1', 'group.web/2', 'instance.db'])
})

test('export and import carry the state to another place, and a backup is a state that can be used', async () => {
  const place = await built()
  const rows = await place.rows()
  await place.done(['state', 'export', '--with-key', '--out', 'state.json'])
  await place.done(['state', 'backup', 'copy.db'])
  expect(await place.done(['state', 'list', '--json', '--state', 'copy.db'])).toBe(await place.done(['state', 'list', '--json']))
  expect(JSON.parse(await place.done(['state', 'export']))).toMatchObject({ stack: 'shop' })
  await rm(join(place.directory, '.forge'), { recursive: true })
  await place.done(['state', 'import', 'state.json'])
  expect(await place.rows()).toEqual(rows)
  expect(await planCode(place)).toBe(0)
  await place.done(['apply', '--auto-approve', '--replace', 'instance.db'], env)
  const older = await place.forge(['state', 'import', 'state.json'])
  expect(older.code).toBe(1)
  await place.write('broken.json', '{ "format": 1')
  expect((await place.forge(['state', 'import', 'broken.json'])).code).toBe(1)
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
})

test('dev and prod from one file stand side by side, and -C and --state say where', async () => {
  const place = await newPlace(config)
  for (const name of ['dev', 'prod']) await place.done(['apply', '--auto-approve', '--env', name], env)
  expect(
    place
      .world()
      .homes.map(({ mark }) => mark?.stack ?? '')
      .toSorted(compareText),
  ).toEqual(['dev', 'dev', 'dev', 'prod', 'prod', 'prod'].map((name) => `shop/${name}`))
  const [dev, prod] = await Promise.all(['dev', 'prod'].map((name) => place.done(['state', 'list', '--json', '--env', name])))
  expect(dev).not.toBe(prod)
  const from = (argv: readonly string[]) => startIn('/', ['-C', place.directory, ...argv], env).ended
  expect(await from(['plan', '--env', 'dev', '--detailed-exitcode'])).toMatchObject({ code: 0 })
  expect((await from(['state', 'list', '--env', 'dev', '--json'])).out).toBe(dev)
  await place.done(['destroy', '--auto-approve', '--env', 'dev'], env)
  expect(await place.done(['state', 'list', '--json', '--env', 'prod'])).toBe(prod)
  expect(await from(['plan', '--env', 'prod', '--detailed-exitcode'])).toMatchObject({ code: 0 })
  expect(place.world().homes).toHaveLength(3)
  const stateOfProd = join(place.directory, '.forge', 'env', 'prod', 'state.db')
  expect((await from(['state', 'list', '--json', '--state', stateOfProd])).out).toBe(prod)
  expect((await place.forge(['plan', '--env', 'Not/A Name'], env)).code).toBe(1)
})

test('two clones of one configuration do not touch each other in one world', async () => {
  const place = await built()
  const clone = await newPlace(config.replace('root: machines', `root: ${JSON.stringify(place.machines)}`))
  const world = place.world()
  const refused = await clone.forge(['apply', '--auto-approve'], env)
  expect(refused.code).toBe(6)
  expect(flat(refused.err + refused.out)).toMatch(/lineage|recover/)
  expect(place.world().homes).toEqual(world.homes)
  expect(await planCode(place)).toBe(0)
})

test('without a state the commands that need one say so, and where it would be', async () => {
  const place = await newPlace(config)
  for (const argv of [
    ['state', 'list'],
    ['state', 'show', 'group.web/1'],
    ['output'],
    ['show'],
    ['unlock'],
    ['state', 'backup', 'b'],
    ['state', 'export'],
  ]) {
    const { code, err } = await place.forge(argv)
    expect({ argv, code }).toEqual({ argv, code: 1 })
    expect(flat(err)).toContain('.forge/state.db')
  }
  await expect(readFile(join(place.directory, 'b'))).rejects.toThrow('ENOENT')
})
