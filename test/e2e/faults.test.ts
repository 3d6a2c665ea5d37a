import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { freePorts } from './support/command.ts'
import { booted, killMachine, removeMachine } from './support/machines.ts'
import { faultsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { flat, uidAt } from './support/words.ts'

const newPlace = await makeSite()

const fleet = (init: string, more = ''): string => `stack: sick
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  app:
    plugin: vanilla
    init: ${JSON.stringify(init)}
    health: { exec: [test, -f, ready] }
  plain: { plugin: vanilla, init: exec sleep 1000 }
groups:
  app:
    size: 2
    instance: { provider: local${more} }
    flavor: app
    healthTimeout: 3s
instances:
  next:
    instance: { provider: local }
    flavor: plain
    dependsOn: [group.app]
`
const well = 'touch ready; exec sleep 1000'

const checkWhole = async (place: Place): Promise<void> => {
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
}

test('a machine that crashes when it boots ends with 3 and is named with its console; mended, the next apply goes on', async () => {
  const place = await newPlace(fleet('echo no database; exit 7'))
  const { code, out, err } = await place.forge(['apply', '--auto-approve'])
  expect({ code, err }).toEqual({ code: 3, err: '' })
  // The gate stops with the first that it sees end, whichever that is.
  const path = /group\.app\/[12]: exit code 7, see its console (\S+console-ring)/.exec(flat(out))?.[1]
  expect(path).toBeDefined()
  expect(await readFile(path as string, 'utf8')).toContain('no database')
  expect(out).toContain('go on with: forge apply')
  const rows = await place.rows()
  expect(rows.map(({ address }) => address)).toEqual(['group.app/1', 'group.app/2'])

  const again = await place.forge(['plan', '--detailed-exitcode'])
  expect(again.code).toBe(2)
  expect(flat(again.out)).toContain('exit code 7')
  await place.write('forge.yaml', fleet(well))
  await place.done(['apply', '--auto-approve'])
  await checkWhole(place)
})

test('what depends on a slow machine waits until it is healthy', async () => {
  const place = await newPlace(fleet(well, ', stub: { bootDelay: 1500ms }').replace('3s', '60s'))
  const out = await place.done(['apply', '--auto-approve'])
  expect(out).toMatch(/0 of 2 healthy[^]*group\.app: Healthy after[^]*instance\.next: Creating/)
  await checkWhole(place)
})

test('health is asked over http where the page is, and a wrong page is no health', async () => {
  const port = await freePorts(1)
  const page = (status: number): string => `stack: web
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  web:
    plugin: vanilla
    init: exec node -e 'require("node:http").createServer((q, a) => { a.statusCode = ${status}; a.end() }).listen(process.env.PORT, "127.0.0.1")'
    health: { http: { path: / } }
instances:
  front: { instance: { provider: local, port: ${port} }, flavor: web, healthTimeout: ${status === 200 ? 30 : 3}s }
`
  const place = await newPlace(page(500))
  const sick = await place.forge(['apply', '--auto-approve'])
  expect(sick.code).toBe(3)
  expect(flat(sick.out)).toContain('instance.front: ')
  expect(flat(sick.out)).toContain('500')
  await place.write('forge.yaml', page(200))
  await place.done(['apply', '--auto-approve'])
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
  await checkWhole(place)
})

test('a machine that ignores the power button is ended by force', async () => {
  const place = await newPlace(fleet("trap '' TERM; touch ready; while :; do sleep 1; done", ', stub: { ignoreTerm: true }'))
  await place.done(['apply', '--auto-approve'])
  await booted(place)
  await place.done(['destroy', '--auto-approve'])
  expect(place.world()).toEqual({ homes: [], fragments: [], processes: [] })
  expect(await place.rows()).toEqual([])
})

test('a killed machine is restarted as the same one, and one whose directory is gone is made anew', async () => {
  const place = await newPlace(fleet(well))
  await place.done(['apply', '--auto-approve'])
  const uid = uidAt(await place.rows(), 'group.app/2')
  await killMachine(place, 'group.app/2')
  const stopped = await place.forge(['plan', '--detailed-exitcode'])
  expect(stopped.code).toBe(2)
  expect(flat(stopped.out)).toContain('killed')
  expect(stopped.out).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
  expect(await place.done(['apply', '--auto-approve'])).toContain('group.app/2: Restart complete')
  expect(uidAt(await place.rows(), 'group.app/2')).toBe(uid)
  await checkWhole(place)

  await removeMachine(place, 'group.app/2')
  const gone = await place.forge(['plan', '--detailed-exitcode'])
  expect(gone.code).toBe(2)
  expect(gone.out).toContain('vanished')
  expect(gone.out).toContain('Plan: 1 to add, 0 to change, 0 to destroy.')
  await place.done(['apply', '--auto-approve'])
  expect(uidAt(await place.rows(), 'group.app/2')).not.toBe(uid)
  await checkWhole(place)
})

test('a machine that somebody kills while it is being destroyed is gone all the same', async () => {
  const place = await newPlace(fleet("trap '' TERM; touch ready; while :; do sleep 1; done", ', stub: { ignoreTerm: true }'))
  await place.done(['apply', '--auto-approve'])
  const running = place.start(['destroy', '--auto-approve'])
  await running.printed('group.app/1: Destroying...')
  await killMachine(place, 'group.app/1')
  expect((await running.ended).code).toBe(0)
  expect(place.world()).toEqual({ homes: [], fragments: [], processes: [] })
})

test('two machines that want one port are refused before anything is made', async () => {
  const port = await freePorts(1)
  const place = await newPlace(fleet(well, `, port: ${port}`))
  const { code, err } = await place.forge(['apply', '--auto-approve'])
  expect(code).toBe(1)
  expect(err).toContain('port')
  expect(place.world().homes).toEqual([])
})

test('the state of a machine root that is not there is never taken for an empty one', async () => {
  const place = await newPlace(fleet(well))
  await place.done(['apply', '--auto-approve'])
  await place.write('forge.yaml', fleet(well).replace('root: machines', 'root: elsewhere'))
  const other = await place.forge(['apply', '--auto-approve'])
  expect(other.code).toBe(1)
  expect(place.world().homes).toHaveLength(3)
  await place.write('forge.yaml', fleet(well))
  await checkWhole(place)
})
