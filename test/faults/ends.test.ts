import { asyncProperty, boolean, integer } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LeaseLost } from '@forgeplan/model'
import type { Interceptor, Lab } from '@forgeplan/testkit'
import { Crash, orphans, twins } from '@forgeplan/testkit'
import { readyForReference, runReference } from '../crash/reference.ts'
import { patience, size } from '../scale.ts'
import { holds } from '../support/random.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'

const expectNothingLost = (lab: Lab): void => {
  expect(orphans(lab.world, lab.state())).toEqual([])
  expect(twins(lab.world, lab.state())).toEqual([])
}

/** At most two runs more: a plan does not wait for what is still under way, so the first may find the world changed. */
const finish = async (lab: Lab): Promise<void> => {
  lab.clock.pass(600_000)
  lab.world.settle(lab.clock.now())
  const { outcome } = await lab.apply()
  expect(outcome).toMatchObject({ result: 'done', failure: null })
  expect(doings(await lab.plan())).toEqual([])
  expectTruth(lab)
}

/** Calls `when` at the nth call of a provider. */
const atCall = (nth: number, when: () => void): Interceptor => {
  let calls = 0
  return (_, proceed) => {
    if (++calls === nth) when()
    return proceed()
  }
}

describe('a run that is told to end', () => {
  it('by Ctrl-C, once or twice, says that it was interrupted, and the next one ends it', { timeout: patience }, async () => {
    const { shape } = await runReference(readyForReference, new Crash())
    const property = asyncProperty(integer({ min: 4, max: 110 }), boolean(), async (nth, twice) => {
      using lab = await readyForReference()
      const [stop, abort] = [new AbortController(), new AbortController()]
      const touch = atCall(nth, () => {
        stop.abort()
        if (twice) abort.abort()
      })
      lab.world.interceptors.push(touch)
      const { outcome, events } = await lab.apply({ stop: stop.signal, abort: abort.signal })
      lab.world.interceptors.pop()
      if (stop.signal.aborted) expect(['interrupted', 'done']).toContain(outcome.result)
      const started = events.filter(({ kind }) => kind === 'step-started').length
      const ended = events.filter(({ kind }) => kind === 'step-succeeded' || kind === 'step-failed').length
      expect(ended).toBe(started)
      expectNothingLost(lab)
      await finish(lab)
      expect(shapeOf(lab.world, lab.state())).toEqual(shape)
    })
    await holds('interrupted', property, size.crashPairs)
  })
})

describe('a run whose lease is taken over', () => {
  it('at any write, starts no call and writes nothing after it', { timeout: patience }, async () => {
    const { shape } = await runReference(readyForReference, new Crash())
    const property = asyncProperty(integer({ min: 1, max: 80 }), async (nth) => {
      using lab = await readyForReference()
      const { journal } = lab
      let writes = 0
      const before = journal.append
      let told = false
      let touchedAfter = 0
      const watch: Interceptor = (about, proceed) => {
        if (about.mutating && told) touchedAfter += 1
        return proceed()
      }
      Object.assign(journal, {
        append: async (entries: Parameters<typeof before>[0]) => {
          writes += 1
          if (writes >= nth) {
            // A call whose own check came before this one may be starting in the same turn of the event loop.
            setImmediate(() => (told = true))
            throw new LeaseLost('another process has it')
          }
          return before(entries)
        },
      })
      lab.world.interceptors.push(watch)
      const { outcome } = await lab.apply()
      lab.world.interceptors.pop()
      Object.assign(journal, { append: before })
      if (writes >= nth) {
        expect(outcome).toMatchObject({ leaseLost: true })
        expect(touchedAfter).toBe(0)
        expect(writes, 'writes after the one that failed').toBeLessThanOrEqual(nth + 10)
      }
      expectNothingLost(lab)
      await finish(lab)
      expect(shapeOf(lab.world, lab.state())).toEqual(shape)
    })
    await holds('lease lost', property, size.crashPairs)
  })
})
