import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasVcsim } from '../../../test/require.ts'
import { scale } from '../../../test/scale.ts'
import type { Meddling } from '../../../test/support/soap-proxy.ts'
import { Fleet, life } from './support/fleet.ts'
import type { Line, Meddle } from './support/line.ts'
import { openLine } from './support/line.ts'
import { faultsOf, filesIn, shapeOf, standingOf } from './support/standing.ts'

const faults: readonly (readonly [string, Meddling])[] = [
  ['is lost before its effect', { kind: 'cut-before' }],
  ['is lost after its effect', { kind: 'cut-after' }],
  ['meets a 503', { kind: 'status', status: 503 }],
  ['has half an answer', { kind: 'truncate' }],
  ['is slow', { kind: 'delay', ms: 150 }],
  ['comes after the end of its session', { kind: 'expire' }],
  ['is refused as not authenticated', { kind: 'fault', fault: 'NotAuthenticated' }],
  ['is refused since a task is in progress', { kind: 'fault', fault: 'TaskInProgress' }],
]

// The wait for tasks has tries of its own, with pauses of real seconds.
const waits = ['CreateListView', 'CreatePropertyCollector', 'CreateFilter', 'ModifyListView', 'WaitForUpdatesEx']

const pass: Meddling = { kind: 'pass' }

/** Which calls of a method are struck. */
const series: readonly (readonly [string, (before: number, method: string) => boolean])[] = [
  ['the first call of a method', (before) => before === 0],
  ['every second call of a method', (before, method) => before % 2 === 0 && (before < 6 || !waits.includes(method))],
  ['every call of a method', (before, method) => before < 3 || !waits.includes(method)],
]

const all = series.flatMap(([which, strikes]) => faults.map(([what, fault]) => [which, what, strikes, fault] as const))
// At small scale the faults take turns in the two longer series.
const cases =
  scale === 'full' ? all : all.filter((_, number) => number < faults.length || number % 2 === (number < 2 * faults.length ? 0 : 1))

// A step is tried five times; a look, a wait and a login have their own tries beneath that.
const most = { tries: 4, calls: 400 }

describe.skipIf(!hasVcsim())('on a bad line', () => {
  let line: Line
  /** The methods that each stage of a life calls when all goes well. */
  const methods = new Map<string, readonly string[]>()

  beforeAll(async () => {
    line = await openLine()
    await live('clean', async (fleet, stage) => {
      await fleet.apply()
      methods.set(stage, [...new Set(line.calls())].toSorted())
    })
  })
  afterAll(async () => {
    await line[Symbol.asyncDispose]()
  })

  const live = async (stack: string, act: (fleet: Fleet, stage: string) => Promise<void>): Promise<void> => {
    using fleet = new Fleet(stack)
    for (const stage of life) {
      fleet.enter(stage, line.port)
      line.calls()
      await act(fleet, stage.name)
      const machines = await standingOf(line.client, stack)
      expect([faultsOf(machines, fleet.state), shapeOf(machines, stack)], `${stack} ${stage.name}`).toEqual([[], stage.wanted])
    }
    // What outlives its machine is there once, and nothing else is left.
    const kept = [...fleet.state.rows.keys()].flatMap((uid) => [`${uid}.json`, `${uid}.vmdk`])
    expect([await filesIn(line.client, `disks-${stack}`), await filesIn(line.client, 'forge-data')], stack).toEqual([kept, []])
  }

  // Two methods at a time, half a stage apart: what strikes one leaves the other alone in most cases.
  const pairOf = (known: readonly string[], round: number): readonly string[] => {
    const half = Math.ceil(known.length / 2)
    return [known[round % half], known[(round % half) + half]].filter((each) => each !== undefined)
  }

  // Each method of each stage meets each fault in one of the three series; at small scale each case strikes one pair.
  const roundsOf = (number: number): readonly number[] => {
    const longest = Math.max(...[...methods.values()].map(({ length }) => Math.ceil(length / 2)))
    return scale === 'full'
      ? Array.from({ length: longest }, (_, round) => round).filter((round) => (round + number) % series.length === 0)
      : [number * 5]
  }

  const met = new Set<string>()

  /** Runs until each of the methods was struck: one may have kept a run from coming to another. */
  const strike = async (fleet: Fleet, struck: readonly string[], meddle: Meddle): Promise<void> => {
    const seen = new Set<string>()
    for (let tries = 0; tries < struck.length && !struck.every((each) => seen.has(each)); tries += 1) {
      const open = struck.filter((each) => !seen.has(each))
      line.meddle((called, before) => {
        const meddling = open.includes(called) ? meddle(called, before) : pass
        if (meddling !== pass) seen.add(called)
        return meddling
      })
      const about = `${fleet.stack} ${open.join(' and ')}`
      const { retries } = await fleet.tryToApply()
      line.meddle(() => pass)
      expect(retries, about).toBeLessThanOrEqual(most.tries)
      const calls = line.calls()
      for (const method of open) expect(calls.filter((each) => each === method).length, about).toBeLessThanOrEqual(most.calls)
      expect(faultsOf(await standingOf(line.client, fleet.stack), fleet.state), about).toEqual([])
    }
    expect([...seen].toSorted(), fleet.stack).toEqual(struck.toSorted())
  }

  it.each(cases)('when %s %s, no machine is lost or made twice, and the next run ends well', async (_which, what, strikes, fault) => {
    const number = cases.findIndex((each) => each[2] === strikes && each[3] === fault)
    for (const round of roundsOf(number)) {
      await live(`c${number}r${round}`, async (fleet, stage) => {
        const struck = pairOf(methods.get(stage) ?? [], round)
        await strike(fleet, struck, (called, before) => (strikes(before, called) ? fault : pass))
        for (const method of struck) met.add(`${stage} ${method} ${what}`)
        await fleet.apply(`${fleet.stack} ${stage} ${struck.join(' and ')}`)
      })
    }
  })

  it.runIf(scale === 'full')('each method of each stage has met each fault', () => {
    const pairs = [...methods].flatMap(([stage, known]) => known.flatMap((method) => faults.map(([what]) => `${stage} ${method} ${what}`)))
    expect(pairs.filter((pair) => !met.has(pair))).toEqual([])
  })
})
