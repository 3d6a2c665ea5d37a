import { expect, test } from 'vitest'
import { hasChanges } from '@forgeplan/model'
import { Lab } from '@forgeplan/testkit'

// `init` cannot be read back and replaces; `note` can be read back and changes live; a stopped machine keeps its address.
const configuration = (image: string): string => `stack: lab
providers: { world: { plugin: sim, world: lab } }
flavors: { site: { plugin: simflavor, init: "db=\${instances.db.id}" } }
instances:
  db: { instance: { provider: world, image: ${image} } }
  web: { instance: { provider: world, image: a }, flavor: site }
`

const addresses = (lab: Lab): readonly string[] => lab.world.mutatingCalls().map((call) => `${call.method} ${String(call.address)}`)

test('what an object depends on is repaired and comes out as it was: the object is left as it is', async () => {
  using lab = new Lab()
  lab.configure(configuration('a'))
  await lab.apply()
  const db = lab.world.objects().find((object) => object.outputs['id'] !== undefined && object.name.includes('db'))
  if (db === undefined) throw new Error('no db')
  lab.world.kill(db.id)
  lab.world.clearLog()
  const { outcome } = await lab.apply()
  expect(outcome.result, outcome.failure?.message).toBe('done')
  expect(addresses(lab).filter((call) => call.startsWith('delete'))).toEqual([])
  expect(hasChanges(await lab.plan())).toBe(false)
})

test('what an object depends on becomes another: the plan says that the object has to be made anew, until it is', async () => {
  using lab = new Lab()
  lab.configure(configuration('a'))
  await lab.apply()
  lab.configure(configuration('b'))
  const first = await lab.apply()
  expect(first.outcome.result, 'apply does not replace what the plan only said may be replaced').toBe('stale')
  const next = await lab.plan()
  expect(next.changes).toMatchObject([
    { address: 'instance.db', action: 'keep' },
    { address: 'instance.web', action: 'replace' },
  ])
  const second = await lab.apply()
  expect(second.outcome.result, second.outcome.failure?.message).toBe('done')
  expect(hasChanges(await lab.plan())).toBe(false)
})
