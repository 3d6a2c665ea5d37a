import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, statSync, writeSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Place } from '../e2e/support/place.ts'
import { orphans } from '../e2e/support/oracle.ts'
import type { Row } from '../e2e/support/oracle.ts'
import { makeSite } from '../e2e/support/place.ts'
import { asReader } from '../e2e/support/reader.ts'
import { expectGoesOn, fleet } from './support/fleet.ts'
import { expectPromised } from './support/promises.ts'

const newPlace = await makeSite()

const mount = (folder: string): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'forge-test', folder]).status === 0
const unmount = (folder: string): void => expect(spawnSync('umount', ['-l', folder]).status).toBe(0)

const mayMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'forge-mount-'))
  const may = mount(folder)
  if (may) unmount(folder)
  else console.warn('SKIPPED, since nothing can be mounted here: the test of a full disk')
  rmdirSync(folder)
  return may
})()

/** Takes every page that is left. */
const fill = (filler: string): void => {
  const file = openSync(filler, 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(file)
  }
}

test.skipIf(!mayMount)('a disk that fills up ends the run truthfully, and when there is room the next apply goes on', async () => {
  const place = await newPlace(fleet(1_000))
  const disk = join(place.directory, 'disk')
  const [filler, state] = [join(disk, 'filler'), ['--state', join(disk, 'state.db')]]
  await mkdir(disk)
  expect(mount(disk)).toBe(true)
  try {
    const running = place.start(['apply', '--auto-approve', '--parallelism', '1', ...state])
    await running.printed('group.web/1: Creating...')
    fill(filler)
    const ended = await running.ended
    expectPromised('full disk', ended)
    expect(ended.out).not.toMatch(/Apply complete|Interrupt/)
    const full = await place.forge(['apply', '--auto-approve', ...state])
    expectPromised('full disk', full)
    expect(full.out).not.toMatch(/Apply complete|Interrupt/)
    await rm(filler)
    const rows = JSON.parse(await place.done(['state', 'list', '--json', ...state])) as readonly Row[]
    expect(orphans(place.world(), rows)).toEqual([])
    await expectGoesOn(place, ...state)
    await place.done(['destroy', '--auto-approve', ...state])
  } finally {
    unmount(disk)
  }
  expect(place.world()).toEqual({ homes: [], fragments: [], processes: [] })
})

const locked: readonly (readonly [string, (place: Place) => void])[] = [
  [
    'read-only database',
    ({ directory }) => {
      chmodSync(join(directory, '.forge', 'state.db'), 0o444)
      chmodSync(join(directory, '.forge'), 0o755)
    },
  ],
  ['read-only folder of the database', ({ directory }) => chmodSync(directory, 0o755)],
]

test.each(locked)('%s: plan works, and apply says why it does not', async (event, lock) => {
  const place = await newPlace(fleet(0))
  await place.done(['apply', '--auto-approve'])
  const forge = await asReader(place)
  if (forge === null) return console.warn(`SKIPPED, since nobody here may read and not write: ${event}`)
  lock(place)
  const before = statSync(join(place.directory, '.forge', 'state.db')).mtimeMs
  await place.write('forge.yaml', fleet(0).replace('size: 3', 'size: 4'))
  expect(await forge(['plan', '--detailed-exitcode'])).toMatchObject({ code: 2, err: '' })
  expectPromised(event, await forge(['apply', '--auto-approve']))
  expect(place.world().homes).toHaveLength(3)
  expect(statSync(join(place.directory, '.forge', 'state.db')).mtimeMs).toBe(before)
})
