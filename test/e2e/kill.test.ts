import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { size } from '../scale.ts'
import { makeChance } from './support/chance.ts'
import type { Chance } from './support/chance.ts'
import type { Running } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { checkStruck, checkWhole, makeStrikes, runToEnd, settled } from './support/strike.ts'

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
const strikes = makeStrikes(chance)
let ofRecovery = 0
const began = Date.now()
afterAll(() => {
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(
    `${strikes.kills} kills, ${strikes.hits} in the middle of a run, ${ofRecovery} of a recovery, ${seconds} s, FORGE_SEED=${chance.seed}`,
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

const enough = (): boolean => strikes.kills >= 3 * size.kills || (strikes.kills >= size.kills && strikes.hits * 3 >= strikes.kills)

test.skipIf(!existsSync('/proc/self'))(
  'killed at any moment, also while it recovers, it leaves no orphan and no twin and goes on',
  async () => {
    const place = await newPlace(config)
    let runMs = await runToEnd(start(place, { verb: 'apply', env: {} }))
    while (!enough()) {
      const aim = aimAt(chance)
      await strikes.strike(start(place, aim), runMs)
      await checkStruck(place)
      const recovery: Aim = { ...aim, verb: 'apply' }
      while (chance.fraction() < 1 / 3) {
        if (await strikes.strike(start(place, recovery), runMs)) ofRecovery++
        await checkStruck(place)
      }
      runMs = Math.max(300, (runMs + (await runToEnd(start(place, recovery)))) / 2)
      await checkWhole(place, recovery.env)
    }
    expect(strikes.hits * 3).toBeGreaterThanOrEqual(strikes.kills)
    await runToEnd(start(place, { verb: 'destroy', env: {} }))
    expect(await place.rows()).toEqual([])
    await expect.poll(() => place.world(), settled).toEqual({ homes: [], fragments: [], processes: [] })
  },
)
