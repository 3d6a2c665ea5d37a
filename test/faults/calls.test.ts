import { beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '@forgeplan/model'
import { hasChanges } from '@forgeplan/model'
import { EngineError } from '@forgeplan/engine'
import type { Applied, Fault, FaultRule, Interceptor, Lab } from '@forgeplan/testkit'
import { Crash, faultScript, orphans, twins } from '@forgeplan/testkit'
import type { Reference } from '../crash/reference.ts'
import { readyForReference, runReference } from '../crash/reference.ts'
import { patience, size } from '../scale.ts'
import { exitOf } from '../support/command.ts'
import { shapeOf } from '../support/shape.ts'
import { doings, expectTruth } from '../support/truth.ts'

type Method = FaultRule['method']

// No plan of this release writes a mark by itself: that is `state rm`, which has tests of its own.
const methods: readonly Method[] = ['observe', 'list', 'apply', 'delete', 'detach', 'guest']

const kinds = ['transient', 'conflict', 'denied', 'invalid', 'internal'] as const

const faults: readonly (readonly [string, Fault])[] = [
  ...kinds.map((error) => [`${error} before its effect`, { kind: 'error-before', error }] as const),
  ...kinds.map((error) => [`${error} after its effect`, { kind: 'error-after', error }] as const),
  ['a call that hangs without effect', { kind: 'timeout', effect: false }],
  ['a call that hangs after its effect', { kind: 'timeout', effect: true }],
  ['a connection lost after the effect', { kind: 'connection-lost' }],
  ['a slow creation', { kind: 'slow', ms: 120_000 }],
]

/** What a run came to, or the error that said that the world cannot be read. */
const attempt = async (lab: Lab): Promise<Applied | EngineError> => {
  try {
    return await lab.apply()
  } catch (error) {
    if (error instanceof EngineError) return error
    throw error
  }
}

const succeeded = (events: readonly Event[]): number => events.filter(({ kind }) => kind === 'step-succeeded').length

// A run says what it came to: done only if nothing failed, partial only if something was done.
const expectHonest = ({ outcome, events }: Applied): void => {
  const failed = events.filter(({ kind }) => kind === 'step-failed' || kind === 'gate-stopped').length
  expect(outcome.counts.failed).toBe(failed)
  if (outcome.result === 'done') expect({ failed, failure: outcome.failure }).toEqual({ failed: 0, failure: null })
  if (outcome.result === 'failed') expect(succeeded(events)).toBe(0)
  expect([0, 1, 3, 5]).toContain(exitOf({ outcome, events } as Applied))
  if (outcome.result !== 'done') expect(outcome.failure).not.toBeNull()
}

type Calls = ReadonlyMap<string, number>

/** Counts what is asked of the provider, whether or not it gets there. */
const countCalls = (lab: Lab): Calls => {
  const calls = new Map<string, number>()
  const count: Interceptor = (about, proceed) => {
    const name = `${about.method} ${about.verb ?? ''} ${about.target?.address ?? '*'}`
    if (about.mutating) calls.set(name, (calls.get(name) ?? 0) + 1)
    return proceed()
  }
  lab.world.interceptors.push(count)
  return calls
}

// No step asks more often than five times; a machine has two disks that are taken out of it.
const expectBounded = (calls: Calls, about: string): void => {
  for (const [call, count] of calls) expect(count, `${call}, ${about}`).toBeLessThanOrEqual(call.startsWith('detach') ? 10 : 5)
}

let reference: Reference | undefined
beforeAll(async () => {
  reference = await runReference(readyForReference, new Crash())
})

describe.each(methods)('%s', (method) => {
  it.each(faults)('suffers %s, once and for ever', { timeout: patience }, async (_, fault) => {
    for (const nth of size.nthCalls) {
      const about = `the ${nth} call of ${method}`
      using lab = await readyForReference()
      const calls = countCalls(lab)
      const script = faultScript(lab.world, [{ method, nth, fault }])
      lab.world.interceptors.push(script.interceptor)
      const ended = await attempt(lab)
      lab.world.interceptors.splice(0)
      expect(script.fired, about).not.toEqual([])
      if (!(ended instanceof EngineError)) expectHonest(ended)
      expectBounded(calls, about)
      expect(orphans(lab.world, lab.state()), about).toEqual([])
      expect(twins(lab.world, lab.state()), about).toEqual([])

      for (let runs = 0; runs < 3 && hasChanges(await lab.plan()); runs++) await lab.apply()
      expect(doings(await lab.plan()), about).toEqual([])
      expectTruth(lab, about)
      expect(shapeOf(lab.world, lab.state()), about).toEqual(reference?.shape)
    }
  })
})
