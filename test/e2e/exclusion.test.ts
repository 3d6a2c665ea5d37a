import { hostname } from 'node:os'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { scale } from '../scale.ts'
import { callBegun } from './support/calls.ts'
import type { Running } from './support/command.ts'
import { root, startProcess } from './support/command.ts'
import { faultsOf, supervisorsOf } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const newPlace = await makeSite()
const here = join(root, 'test', 'e2e', 'support')

// Each call takes 300 ms, so that whoever works can be met at work.
const config = (members: number): string => `stack: one
providers:
  local: { plugin: ${join(here, 'watched.mjs')}, root: machines, delay: 300 }
groups:
  web:
    size: ${members}
    instance: { provider: local, init: exec sleep 1000 }
`

interface Call {
  readonly pid: number
  readonly address: string
}

/** Every call that touched a machine, and who made it. */
const callsIn = async (place: Place): Promise<readonly Call[]> => {
  const lines = (await readFile(join(place.directory, 'calls'), 'utf8')).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Call)
}

const callers = async (place: Place): Promise<readonly number[]> => [...new Set((await callsIn(place)).map(({ pid }) => pid))]

/** The state of a run that waits inside of its first call: nothing is being written. */
const startCalling = async (place: Place, env?: Readonly<Record<string, string>>): Promise<Running> => {
  const running = place.start(['apply', '--auto-approve', '--parallelism', '1'], env)
  await callBegun(place.directory)
  return running
}

const checkWhole = async (place: Place): Promise<void> => {
  expect(faultsOf(place.world(), await place.rows())).toEqual([])
  expect((await place.forge(['plan', '--detailed-exitcode'])).code).toBe(0)
}

test('of eight applies at once one works, and seven exit 4 and say who has the state', async () => {
  const place = await newPlace(config(8))
  const all = Array.from({ length: 8 }, () => place.start(['apply', '--auto-approve', '--parallelism', '1']))
  const ended = await Promise.all(all.map(async ({ child, ended: end }) => ({ pid: child.pid, ...(await end) })))
  const [winner, ...none] = ended.filter(({ code }) => code === 0)
  expect(none).toEqual([])
  expect(winner?.out).toContain('Resources: 8 added')
  const losers = ended.filter(({ pid }) => pid !== winner?.pid)
  expect(losers.map(({ code }) => code)).toEqual(Array.from({ length: 7 }, () => 4))
  for (const { out, err } of losers) {
    const text = err.replaceAll(/[\s│]+/g, ' ')
    expect(text).toContain(String(winner?.pid))
    expect(text).toContain(hostname())
    expect(text).toContain('forge apply')
    expect(out).not.toContain('Creating')
  }
  expect(await callers(place)).toEqual([winner?.pid])
  await checkWhole(place)
})

test('with --lock-timeout the second one waits, says for whom, and then finds nothing to do', async () => {
  const place = await newPlace(config(3))
  const first = await startCalling(place)
  const second = await place.forge(['apply', '--auto-approve', '--lock-timeout', '60s'])
  expect(second).toMatchObject({ code: 0 })
  expect(second.err).toContain(`Waiting for the state: forge apply has it, process ${first.child.pid} on ${hostname()}`)
  expect(second.out).toContain('No changes.')
  expect((await first.ended).code).toBe(0)
  expect(await callers(place)).toEqual([first.child.pid])
})

test('while one applies, plan, show and the state can be read, and nothing else can be written', async () => {
  const place = await newPlace(config(6))
  const first = await startCalling(place)
  const [plan, show, list, mv, rm, destroy] = await Promise.all([
    place.forge(['plan', '--detailed-exitcode']),
    place.forge(['show']),
    place.forge(['state', 'list']),
    place.forge(['state', 'mv', 'group.web/1', 'group.web/9']),
    place.forge(['state', 'rm', 'group.web/1']),
    place.forge(['destroy', '--auto-approve']),
  ])
  expect([plan.code, show.code, list.code]).toEqual([2, 0, 0])
  expect([mv.code, rm.code, destroy.code]).toEqual([4, 4, 4])
  expect(list.out).toContain('group.web/1')
  expect((await first.ended).code).toBe(0)
  await checkWhole(place)
})

test('a dead owner is taken over at once', async () => {
  const place = await newPlace(config(4))
  const first = await startCalling(place)
  first.child.kill('SIGKILL')
  await first.ended
  const before = Date.now()
  expect((await place.forge(['apply', '--auto-approve'])).code).toBe(0)
  expect(Date.now() - before).toBeLessThan(25_000)
  await checkWhole(place)
})

test('a database that another process keeps locked ends with 4, and nothing is done', async () => {
  const place = await newPlace(config(1))
  await place.done(['apply', '--auto-approve'])
  const locked = `const db = new (require('better-sqlite3'))(process.argv[1]); db.exec('BEGIN IMMEDIATE'); console.log('locked'); setInterval(() => {}, 1000)`
  const around = { directory: join(root, 'packages', 'store') }
  const other = startProcess([process.execPath, '-e', locked, join(place.directory, '.forge', 'state.db')], around)
  await other.printed('locked')
  expect(await place.forge(['apply', '--auto-approve', '--replace', 'group.web/1'])).toMatchObject({ code: 4, out: '' })
  other.child.kill('SIGKILL')
  await other.ended
  await checkWhole(place)
})

test('unlock takes the lease from a living run, which then starts no call', async () => {
  const place = await newPlace(config(6))
  const first = await startCalling(place)
  const wrong = await place.forge(['unlock', '99', '--auto-approve'])
  expect(wrong.code).toBe(1)
  const unlocked = await place.forge(['unlock', '--auto-approve'])
  expect(unlocked).toMatchObject({ code: 0 })
  expect(unlocked.err).toContain(`process ${first.child.pid} on ${hostname()}`)
  const ended = await first.ended
  expect(ended.code).toBe(4)
  // One call may have been under way; none was started later.
  expect((await callsIn(place)).length).toBeLessThan(6)
  expect((await place.forge(['apply', '--auto-approve'])).code).toBe(0)
  await checkWhole(place)
})

// Really waiting takes 30 s; while people wait, the same command runs with a lease that lives 1.5 s.
const lease = scale === 'full' ? {} : { NODE_OPTIONS: `--import ${pathToFileURL(join(here, 'short-lease.mjs')).href}` }

test('a stopped owner whose lease was taken after its time starts no call when it wakes', async () => {
  const place = await newPlace(config(6))
  const sleeper = await startCalling(place, lease)
  sleeper.child.kill('SIGSTOP')
  if (scale === 'full') expect((await place.forge(['apply', '--auto-approve'])).code).toBe(4)
  const heir = await place.forge(['apply', '--auto-approve', '--lock-timeout', '5m'], lease)
  expect(heir).toMatchObject({ code: 0 })
  const [calls, world] = [await callsIn(place), machinesIn(place)]
  sleeper.child.kill('SIGCONT')
  const woken = await sleeper.ended
  expect(woken.code).toBe(4)
  expect(woken.out).toContain('The lease was taken over by another process')
  expect(await callsIn(place)).toEqual(calls)
  expect(machinesIn(place)).toEqual(world)
  await checkWhole(place)
})

// Machines by directory and supervisor; what boots inside of them comes a moment later, in its own time.
const machinesIn = (place: Place) => {
  const world = place.world()
  return { homes: world.homes, supervisors: supervisorsOf(world) }
}
