import { describe, expect, it } from 'vitest'
import { Crash, Lab, World } from '@forgeplan/testkit'
import { patience } from '../scale.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'
import { runReference } from './reference.ts'
import { stopAt } from './stop.ts'

const text = (machine: string): string => `
stack: lab
providers:
  here: { plugin: sim, world: crash }
flavors:
  web: { plugin: simflavor, init: serve }
groups:
  web: { size: 2, instance: { provider: here, ${machine}, disks: [{ name: data, size: 1GiB }] }, flavor: web }
instances:
  nfs: { instance: { provider: here, ${machine} } }
`

const ready =
  (machine: string) =>
  async (creationMs = 2_000): Promise<Lab> => {
    const lab = new Lab({ world: new World({ name: 'crash', creationMs, healthyAfterMs: 500 }) })
    lab.configure(text(machine))
    return lab
  }

const first = 'image: debian'

/** What somebody may write into the file after a run was cut off, before the next one. */
const changes: Readonly<Record<string, string>> = {
  'another image': 'image: alpine',
  'more memory': 'image: debian, memory: 2GiB',
  'a note': 'image: debian, note: later',
}

describe.each(Object.entries(changes))('a first apply that is stopped dead, after which %s is wanted', (_, later) => {
  it.each([2_000, 300_000])('ends there from any boundary, when creations take %i ms', { timeout: patience }, async (creationMs) => {
    const { boundaries } = await runReference(ready(first), new Crash())
    const { shape } = await runReference(ready(later), new Crash())
    for (let at = 1; at <= boundaries.length; at++) {
      const about = `stopped at ${at}, ${boundaries[at - 1]}`
      using lab = await ready(first)(creationMs)
      await stopAt(lab, at)
      lab.configure(text(later))
      if (creationMs > 2_000) lab.world.setCreationMs(2_000)
      const { outcome } = await lab.apply()
      expect(outcome, about).toMatchObject({ result: 'done', failure: null })
      expectTruth(lab, about)
      expect(shapeOf(lab.world, lab.state()), about).toEqual(shape)
      expect(doings(await lab.plan()), about).toEqual([])
    }
  })
})
