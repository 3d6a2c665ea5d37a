import { existsSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { size } from '../scale.ts'
import { makeChance } from './support/chance.ts'
import type { Running } from './support/command.ts'
import type { Place } from './support/place.ts'
import { makeSite } from './support/place.ts'
import { checkStruck, checkWhole, makeStrikes, runToEnd } from './support/strike.ts'

const members = 5

const config = `stack: rolls
variables: { release: { default: r0 } }
providers:
  local: { plugin: hyperkit, root: machines }
flavors:
  web:
    plugin: vanilla
    init: ["echo \${var.release}", exec sleep 1000]
    health: { exec: ["true"] }
    drain: ["true"]
groups:
  web:
    size: ${members}
    instance: { provider: local }
    flavor: web
    update: { batch: 2, maxSurge: 2, interval: 100ms }
`

const newPlace = await makeSite()
const chance = makeChance()
const strikes = makeStrikes(chance)
const began = Date.now()
afterAll(() => {
  const seconds = Math.round((Date.now() - began) / 1000)
  console.log(`${strikes.kills} kills, ${strikes.hits} in the middle of a roll, ${seconds} s, FORGE_SEED=${chance.seed}`)
})

const enough = (): boolean =>
  strikes.kills >= 3 * size.rollKills || (strikes.kills >= size.rollKills && strikes.hits * 3 >= 2 * strikes.kills)

const uids = async (place: Place): Promise<readonly string[]> =>
  (await place.rows()).filter(({ phase }) => phase === 'live').map(({ uid }) => uid)

/** The next release: its runs are of one saved plan, or each of a plan of its own. */
const rollTo = async (place: Place, env: Readonly<Record<string, string>>): Promise<() => Running> => {
  if (chance.fraction() < 0.5) return () => place.start(['apply', '--auto-approve'], env)
  await place.done(['plan', '--out', 'roll.plan'], env)
  return () => place.start(['apply', 'roll.plan'])
}

test.skipIf(!existsSync('/proc/self'))(
  'a roll with surge that is killed at any moment is finished by the next apply, which replaces nobody again',
  async () => {
    const place = await newPlace(config)
    await runToEnd(place.start(['apply', '--auto-approve']))
    let runMs = 4_000
    for (let release = 1; !enough(); release++) {
      const env = { FORGE_VAR_release: `r${release}` }
      const old = await uids(place)
      const roll = await rollTo(place, env)
      const came = new Set<string>()
      const again = async (): Promise<boolean> => {
        if (chance.fraction() < 1 / 3) return strikes.strike(roll(), runMs)
        runMs = Math.max(500, (runMs + (await runToEnd(roll()))) / 2)
        return false
      }
      for (let killed = await strikes.strike(roll(), runMs); killed; killed = await again()) {
        await checkStruck(place)
        for (const uid of await uids(place)) if (!old.includes(uid)) came.add(uid)
      }
      const now = await uids(place)
      expect(now).toHaveLength(members)
      expect(now.filter((uid) => old.includes(uid))).toEqual([])
      expect([...came].filter((uid) => !now.includes(uid))).toEqual([])
      await checkWhole(place, env)
    }
    expect(strikes.hits * 3).toBeGreaterThanOrEqual(2 * strikes.kills)
  },
)
