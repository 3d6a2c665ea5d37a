import { expect, test } from 'vitest'
import { bin, startProcess } from '../e2e/support/command.ts'
import { orphans } from '../e2e/support/oracle.ts'
import { makeSite } from '../e2e/support/place.ts'
import { calling, expectGoesOn, fleet } from './support/fleet.ts'
import { expectPromised, promisedEvents } from './support/promises.ts'

const newPlace = await makeSite()

const once = [
  ['SIGINT (Ctrl-C)', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP (a closed terminal)', 'SIGHUP'],
] as const

test.each(once)('%s finishes what runs, and the next apply goes on', async (event, signal) => {
  const place = await newPlace(fleet(1_000))
  const running = place.start(['apply', '--auto-approve', '--parallelism', '2'])
  await calling(place, 2)
  running.child.kill(signal)
  const ended = await running.ended
  expectPromised(event, ended)
  for (const address of ['group.web/1', 'group.web/2']) expect(ended.out).toContain(`${address}: Creation complete`)
  expect(ended.out).not.toContain('group.web/3: Creating')
  expect((await place.rows()).map(({ address, phase }) => [address, phase])).toEqual([
    ['group.web/1', 'live'],
    ['group.web/2', 'live'],
  ])
  await expectGoesOn(place)
})

test('SIGINT twice ends at once, whatever runs, and nothing is lost', async () => {
  const place = await newPlace(fleet(3_600_000))
  const running = place.start(['apply', '--auto-approve', '--parallelism', '2'])
  await calling(place, 2)
  running.child.kill('SIGINT')
  await running.printed('Interrupt again')
  running.child.kill('SIGINT')
  const ended = await running.ended
  expectPromised('SIGINT twice', ended)
  expect(ended.out).not.toContain('Creation complete')
  expect(orphans(place.world(), await place.rows())).toEqual([])
  await place.write('forge.yaml', fleet(0))
  await expectGoesOn(place)
})

test('a reader of both outputs that leaves ends the printing and not the run', async () => {
  const place = await newPlace(fleet(300))
  const running = place.start(['apply', '--auto-approve', '--parallelism', '1'])
  await running.printed('group.web/1: Creating...')
  running.child.stdout?.destroy()
  running.child.stderr?.destroy()
  const ended = await running.ended
  expectPromised('closed output', ended)
  expect(ended.out).not.toContain('complete!')
  expect(await place.rows()).toHaveLength(3)
  await expectGoesOn(place)
})

test.each(['>&- 2>&-', '> /dev/full 2> /dev/full'])('with %s the run is the same', async (where) => {
  const place = await newPlace(fleet(0))
  const argv = ['bash', '-c', `exec node "$0" apply --auto-approve ${where}`, bin]
  const ended = await startProcess(argv, { directory: place.directory }).ended
  expectPromised(where.includes('full') ? 'full output (`/dev/full`)' : 'closed output', ended)
  expect(await place.rows()).toHaveLength(3)
  await expectGoesOn(place)
})

test('every promise of docs/signals.md is tested here or beside', () => {
  expect(promisedEvents()).toEqual([
    'SIGINT (Ctrl-C)',
    'SIGINT twice',
    'SIGTERM',
    'SIGHUP (a closed terminal)',
    'closed output',
    'full output (`/dev/full`)',
    'full disk',
    'read-only database',
    'read-only folder of the database',
    'clock set forward by an hour',
    'clock set back by an hour',
  ])
})
