import type { RunHandle, RunOutcome } from '@forgeplan/engine'
import type { Event } from '@forgeplan/model'
import type { Progress } from '@forgeplan/report'
import { expect, test } from 'vitest'
import { watchRun } from '../src/line/watch-run.ts'

const event: Event = { kind: 'interrupting', at: 0, running: 1 }
const nothing = {} as Progress

/** What happens, in order, around a run of one event whose calls end a moment after it. */
const watched = async (throwing: 'event' | 'after' | null): Promise<readonly string[]> => {
  const order: string[] = []
  const say = (what: string): void => {
    order.push(what)
    if (what === throwing) throw new Error(`broken ${what}`)
  }
  const run: RunHandle = {
    result: new Promise<RunOutcome>((resolve) =>
      setImmediate(() => {
        order.push('calls ended')
        resolve({ result: 'done' } as RunOutcome)
      }),
    ),
    async *[Symbol.asyncIterator]() {
      yield event
    },
  }
  const view = {
    event: () => say('event'),
    aside: <T>(talk: () => Promise<T>) => talk(),
    aborting: () => undefined,
    end: async (report: string) => say(report),
  }
  const after = async (): Promise<void> => say('after')
  await watchRun(run, { view, from: nothing, fold: (seen) => seen, after, report: () => 'report' }).catch((error: Error) =>
    order.push(error.message),
  )
  return order
}

test('A run is shown, then written down, then reported', async () => {
  expect(await watched(null)).toEqual(['event', 'calls ended', 'after', 'report'])
})

test('A view that breaks is closed, and only after every call has ended', async () => {
  expect(await watched('event')).toEqual(['event', 'calls ended', 'report', 'broken event'])
})

test('A view is closed when the end of the run cannot be written', async () => {
  expect(await watched('after')).toEqual(['event', 'calls ended', 'after', 'report', 'broken after'])
})
