import { asyncProperty, boolean, constantFrom, integer } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Crash, orphans, twins } from '@forgeplan/testkit'
import type { Lab } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { saved } from '../support/command.ts'
import { holds } from '../support/random.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'
import type { Ready, Reference } from './reference.ts'
import { readyForFirst, readyForReference, readyForSmall, runReference } from './reference.ts'
import { stopAt } from './stop.ts'

interface Stops {
  readonly first: number
  readonly second: number
  /** Whether all three runs are of one saved plan. */
  readonly samePlan: boolean
}

/** Three runs, two of them stopped; true if the second came to its end. */
const stoppedTwice = async (ready: Ready, { shape }: Reference, { first, second, samePlan }: Stops): Promise<boolean> => {
  const about = `stopped at ${first} and at ${second}`
  using lab = await ready()
  const options = samePlan ? { plan: saved(await lab.plan()) } : {}
  await stopAt(lab, first, options)
  const whole = await stopAt(lab, second, options)
  expectNothingTwice(lab, about)
  const { outcome } = await lab.apply(options)
  expect(outcome, about).toMatchObject({ result: 'done', failure: null })
  expectTruth(lab, about)
  expect(shapeOf(lab.world, lab.state()), about).toEqual(shape)
  expect(doings(await lab.plan()), about).toEqual([])
  return whole
}

// What was begun and has no outcome is claimed by its row all the same.
const expectNothingTwice = (lab: Lab, about: string): void => {
  expect(orphans(lab.world, lab.state()), about).toEqual([])
  expect(twins(lab.world, lab.state()), about).toEqual([])
}

describe('a run that is stopped dead, and stopped again while it recovers', () => {
  it('ends as if nobody had stopped it, at every pair of boundaries of a small run', { timeout: patience }, async () => {
    const reference = await runReference(readyForSmall, new Crash())
    let pairs = 0
    for (let first = 1; first <= reference.boundaries.length; first += size.pairStride)
      for (let second = 1 + (first % size.pairStride), ended = false; !ended; second += size.pairStride, pairs++)
        ended = await stoppedTwice(readyForSmall, reference, { first, second, samePlan: (first + second) % 2 === 0 })
    process.stdout.write(`${reference.boundaries.length} boundaries, ${pairs} pairs\n`)
  })

  it('ends as if nobody had stopped it, at random pairs of boundaries of large runs', { timeout: patience }, async () => {
    const runs = { first: readyForFirst, everything: readyForReference }
    const references = {
      first: await runReference(runs.first, new Crash()),
      everything: await runReference(runs.everything, new Crash()),
    }
    const boundary = integer({ min: 1, max: 280 })
    const property = asyncProperty(
      constantFrom('first' as const, 'everything' as const),
      boundary,
      boundary,
      boolean(),
      async (run, first, second, samePlan) => {
        await stoppedTwice(runs[run], references[run], { first, second, samePlan })
      },
    )
    await holds('crash pairs', property, size.crashPairs)
  })
})
