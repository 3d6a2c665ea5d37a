import { describe, expect, it } from 'vitest'
import type { Event, StepId } from '@forgeplan/model'
import type { Lab } from '@forgeplan/testkit'
import { Crash } from '@forgeplan/testkit'
import { patience, size } from '../scale.ts'
import { saved, staleIn } from '../support/command.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'
import type { Ready, Reference } from './reference.ts'
import { readyForFirst, readyForReference, runReference } from './reference.ts'
import { stopAt } from './stop.ts'

const starts: readonly (readonly [string, Ready])[] = [
  ['a first apply', readyForFirst],
  ['an apply that changes everything', readyForReference],
]

const expectSameEnd = async (lab: Lab, { shape }: Reference, about: string): Promise<void> => {
  expectTruth(lab, about)
  expect(shapeOf(lab.world, lab.state()), about).toEqual(shape)
  expect(doings(await lab.plan()), about).toEqual([])
}

const startedIn = (events: readonly Event[]): readonly StepId[] =>
  events.flatMap((event) => (event.kind === 'step-started' ? [event.step] : []))

describe.each(starts)('%s that is stopped dead', (name, ready) => {
  it('at any boundary, is finished by the next plan and apply', { timeout: patience }, async () => {
    const reference = await runReference(ready, new Crash())
    process.stdout.write(`${name}: ${reference.boundaries.length} boundaries, ${reference.plan.steps.length} steps\n`)
    for (let at = 1; at <= reference.boundaries.length; at += size.crashStride) {
      const about = `stopped at ${at}, ${reference.boundaries[at - 1]}`
      using lab = await ready()
      expect(await stopAt(lab, at), about).toBe(false)
      const { outcome } = await lab.apply()
      expect(outcome, about).toMatchObject({ result: 'done', failure: null })
      await expectSameEnd(lab, reference, about)
    }
  })

  it(
    'at any boundary, is finished by applying the same plan again, which repeats nothing that succeeded',
    { timeout: patience },
    async () => {
      const reference = await runReference(ready, new Crash())
      for (let at = 2; at <= reference.boundaries.length; at += size.crashStride) {
        const about = `stopped at ${at}, ${reference.boundaries[at - 1]}`
        using lab = await ready()
        const plan = saved(await lab.plan())
        expect(plan.id, 'the same plan as in the reference run').toBe(reference.plan.id)
        await stopAt(lab, at, { plan })
        const { done, lastRun } = lab.state()
        expect(await staleIn(lab, plan), about).toEqual([])
        const { outcome, events } = await lab.apply({ plan })
        expect(outcome, about).toMatchObject({ result: 'done', failure: null })
        if (lastRun?.plan === plan.id)
          expect(
            startedIn(events).filter((step) => done.has(step)),
            about,
          ).toEqual([])
        await expectSameEnd(lab, reference, about)
      }
    },
  )
})
