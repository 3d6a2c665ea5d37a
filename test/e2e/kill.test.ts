import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { size } from '../scale.ts'
import { makeChance } from './support/chance.ts'
import type { Chance } from './support/chance.ts'
import type { Running } from './support/command.ts'
import { faultsOf, orphans } from './support/oracle.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'

const config = `stack: kills
variables:
  size: { type: integer, default: 4 }
  text: { default: first }
  tag: { default: blue }
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  web:
    plugin: vanilla
    init: ["echo \${var.text}", exec sleep 1000]
    health: { exec: ["true"] }
  db:
    plugin: vanilla
    init: exec sleep 1000
    drain: ["true"]
groups:
  web:
    size: "\${var.size}"
    instance: { provider: local, tags: { tag: "\${var.tag}" } }
    flavor: web
  db:
    ids: [a, b]
    instance: { provider: local, cpus: 2 }
    flavor: db
    dependsOn: [group.web]
`

/** What one run is asked for: a fleet, or its end. */
interface Aim {
  readonly verb: 'apply' | 'destroy'
  readonly env: Readonly<Record<string, string>>
}

const newPlace = await makeSite()
const chance = makeChance()
const count = { kills: 0, hits: 0, ofRecovery: 0 }
const began = Date.now()
afterAll(() => {
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(
    `${count.kills} kills, ${count.hits} in the middle of a run, ${count.ofRecovery} of a recovery, ${seconds} s, FORGE_SEED=${chance.seed}`,
  )
})

const aimAt = (chance: Chance): Aim => ({
  verb: chance.pick(['apply', 'apply', 'apply', 'destroy']),
  env: {
    FORGE_VAR_size: String(chance.between(0, 7)),
    FORGE_VAR_text: chance.pick(['first', 'second']),
    FORGE_VAR_tag: chance.pick(['blue', 'green']),
  },
})

const start = (place: Place, { verb, env }: Aim): Running =>
  place.start([verb, '--auto-approve', ...(verb === 'apply' ? ['--max-destroy', '99'] : [])], env)

/** Kills it, unless it ends before; a hit is in the middle of its run. */
const strike = async (running: Running, runMs: number): Promise<void> => {
  await moment(running, runMs)
  running.child.kill('SIGKILL')
  const { code, out } = await running.ended
  if (code !== null) return
  count.kills++
  if (out.includes('Applying plan')) count.hits++
}

const enough = (): boolean => count.kills >= 3 * size.kills || (count.kills >= size.kills && count.hits * 3 >= count.kills)

// One in six at any time of the process, the others from the first entry of the run on: at once, or somewhere in it.
const moment = async (running: Running, runMs: number): Promise<void> => {
  const kind = chance.pick(['process', 'start', 'start', 'run', 'run', 'run'])
  const wait = chance.fraction() * (kind === 'start' ? 30 : kind === 'run' ? runMs : runMs + 600)
  // A run that has nothing to do ends without it.
  if (kind !== 'process') await running.printed('Applying plan').catch(() => undefined)
  await Promise.race([new Promise((resolve) => setTimeout(resolve, wait)), running.ended])
}

const runToEnd = async (place: Place, aim: Aim): Promise<number> => {
  const running = start(place, aim)
  const startedAt = await running.printed('Applying plan').then(Date.now, () => Date.now())
  const { code, out, err } = await running.ended
  expect({ code, text: code === 0 ? '' : out + err }).toEqual({ code: 0, text: '' })
  return Date.now() - startedAt
}

/** After a kill nothing is there that the state does not know, and the state can be read. */
const checkStruck = async (place: Place): Promise<void> => expect(orphans(place.world(), await place.rows())).toEqual([])

// A machine's process that a killed run had just started may come up late; it sees that another one has the machine, and ends.
const settled = { timeout: 20_000, interval: 100 }

const checkWhole = async (place: Place, aim: Aim): Promise<void> => {
  const rows = await place.rows()
  await expect.poll(() => faultsOf(place.world(), rows), settled).toEqual([])
  expect(await place.forge(['plan', '--detailed-exitcode'], aim.env)).toMatchObject({ code: 0, err: '' })
}

test.skipIf(!existsSync('/proc/self'))(
  'killed at any moment, also while it recovers, it leaves no orphan and no twin and goes on',
  async () => {
    const place = await newPlace(config)
    let runMs = await runToEnd(place, { verb: 'apply', env: {} })
    while (!enough()) {
      const aim = aimAt(chance)
      await strike(start(place, aim), runMs)
      await checkStruck(place)
      const recovery: Aim = { ...aim, verb: 'apply' }
      while (chance.fraction() < 1 / 3) {
        const before = count.kills
        await strike(start(place, recovery), runMs)
        count.ofRecovery += count.kills - before
        await checkStruck(place)
      }
      runMs = Math.max(300, (runMs + (await runToEnd(place, recovery))) / 2)
      await checkWhole(place, recovery)
    }
    expect(count.hits * 3).toBeGreaterThanOrEqual(count.kills)
    await runToEnd(place, { verb: 'destroy', env: {} })
    expect(await place.rows()).toEqual([])
    await expect.poll(() => place.world(), settled).toEqual({ homes: [], fragments: [], processes: [] })
  },
)
