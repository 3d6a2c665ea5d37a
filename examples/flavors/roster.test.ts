import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Applied, Interceptor } from '@forgeplan/testkit'
import { Lab, standing, World } from '@forgeplan/testkit'
import { roster } from './roster.ts'

const directory = mkdtempSync(join(tmpdir(), 'forge-roster-'))
afterAll(() => rmSync(directory, { recursive: true }))

const file = join(directory, 'roster')
const lines = (): readonly string[] => readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1)
const serving = (): readonly string[] => lines().flatMap((line) => (line.endsWith(' serves') ? [line.split(' ')[1] ?? ''] : []))

const text = (size: number, image: string, update = '{}'): string => `
stack: lab
providers: { here: { plugin: sim, world: roster } }
flavors: { listed: { plugin: roster, file: ${JSON.stringify(file)}, run: serve, check: [health] } }
groups: { web: { size: ${size}, instance: { provider: here, image: ${image} }, flavor: listed, update: ${update} } }
policy: { maxDestroy: "100%" }
`

/** The group, built; every machine needs five seconds until it is well. */
const built = async (size: number, update?: string): Promise<Lab> => {
  rmSync(file, { force: true })
  const lab = new Lab({ world: new World({ name: 'roster', healthyAfterMs: 5_000 }), flavors: [roster] })
  lab.configure(text(size, 'a', update))
  expect((await lab.apply()).outcome).toMatchObject({ result: 'done' })
  return lab
}

const begun = ({ events }: Applied, verb: string): readonly string[] =>
  events.flatMap((event) => (event.kind === 'step-started' && event.verb === verb ? [String(event.address)] : []))

/** Looks at the list before and after every change to the world: the fewest that served, and who was listed for nothing. */
const watch = (lab: Lab) => {
  const seen = { fewest: Infinity, ghosts: new Set<string>() }
  const look = (): void => {
    const there = new Set<string>(standing(lab.world, lab.lineage).keys())
    for (const address of serving()) if (!there.has(address)) seen.ghosts.add(address)
    seen.fewest = Math.min(seen.fewest, serving().length)
  }
  const interceptor: Interceptor = async (about, proceed) => {
    look()
    const result = await proceed()
    look()
    return result
  }
  lab.world.interceptors.push(interceptor)
  return seen
}

test('the first member is on the roster before the others are made', async () => {
  const rosters: (readonly string[])[] = []
  rmSync(file, { force: true })
  using lab = new Lab({ world: new World({ name: 'roster', healthyAfterMs: 5_000 }), flavors: [roster] })
  lab.world.interceptors.push((about, proceed) => {
    if (about.method === 'apply') rosters.push(serving())
    return proceed()
  })
  lab.configure(text(3, 'a'))
  await lab.apply()
  expect(rosters).toEqual([[], ['group.web/1'], ['group.web/1']])
  expect(serving()[0]).toBe('group.web/1')
  expect(serving()).toHaveLength(3)
})

test.each([
  ['at their addresses', '{}', 2, ['group.web/1', 'group.web/2', 'group.web/3']],
  ['with successors', '{ maxSurge: 1 }', 3, ['group.web/4', 'group.web/5', 'group.web/6']],
])('a roll %s takes the leader last, and nobody is on the roster who does not stand', async (_, update, fewest, members) => {
  using lab = await built(3, update)
  const leader = serving()[0]
  const seen = watch(lab)
  lab.configure(text(3, 'b', update))
  const applied = await lab.apply()
  expect(applied.outcome).toMatchObject({ result: 'done', failure: null })
  expect(begun(applied, 'drain').at(-1)).toBe(leader)
  expect(seen).toEqual({ fewest, ghosts: new Set() })
  expect(new Set(serving())).toEqual(new Set(members))
  expect(lines()).toHaveLength(3)
})

test('a group that shrinks keeps its leader, and the roster forgets who has gone', async () => {
  using lab = await built(3)
  const leader = serving()[0]
  lab.configure(text(1, 'a'))
  await lab.apply()
  expect(lines()).toHaveLength(1)
  expect(serving()).toEqual([leader])
})

test('a member that somebody took off the roster is shown as unhealthy', async () => {
  using lab = await built(2)
  lab.clock.pass(600_000)
  writeFileSync(file, `${lines()[0] ?? ''}\n`)
  const { health } = await lab.observe()
  expect([...health.values()]).toEqual([
    { kind: 'healthy', role: 'leader' },
    { kind: 'unhealthy', why: 'it is not on the roster' },
  ])
})
