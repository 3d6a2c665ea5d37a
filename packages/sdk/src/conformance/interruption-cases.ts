import assert from 'node:assert/strict'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import type { Observation } from '@forgeplan/model'
import type { Call, Target } from '../provider.ts'
import type { Named } from './apply-cases.ts'
import { onlyOne } from './apply-cases.ts'
import type { Stage } from './stage.ts'
import { known, refused } from './stage.ts'
import type { Subject } from './subject.ts'

/** Aborts, slow creations and lost connections. */
export const interruptionCases = (subject: Subject): readonly Named[] => [
  ['an aborted signal starts nothing', abortedBefore],
  ['after an abort as soon as a handle is recorded, apply succeeds', (stage) => abortedDuring(stage, 'record')],
  ['after an abort at once, apply succeeds', (stage) => abortedDuring(stage, 'turn')],
  ['after an abort in the middle, apply succeeds', (stage) => abortedDuring(stage, 'later')],
  ...(subject.world?.slowCreation === undefined ? [] : [['a slow creation reads as pending', slow] as const]),
  ...(subject.world?.disconnect === undefined ? [] : [['a dropped connection is transient', dropped] as const]),
]

const abortedBefore = async (stage: Stage): Promise<void> => {
  const target = stage.target()
  const call = stage.call({ signal: AbortSignal.abort(new Error('stop')) })
  await assert.rejects(() => stage.apply('create', target, stage.inputs(target), call), 'An aborted signal must stop an apply.')
  assert.deepEqual(await stage.list(), [], 'An aborted signal must not create anything.')
}

const abortedDuring = async (stage: Stage, when: 'record' | 'turn' | 'later'): Promise<void> => {
  const running = begin(stage, when === 'record')
  await (when === 'turn' ? turn() : when === 'later' ? delay(20) : running.ended)
  running.stop()
  await running.ended
  const again = await stage.apply('create', running.target(), stage.inputs(running.target()))
  assert.equal((await stage.present({ ...running.target(), id: again.id })).id, again.id)
  await onlyOne(stage)
}

interface Running {
  readonly ended: Promise<void>
  stop(): void
  /** What the journal would know of it now. */
  target(): Target
}

// Begins a creation whose end nobody waits for; it may fail.
const begin = (stage: Stage, stopsAtRecord: boolean): Running => {
  const target = stage.target()
  const controller = new AbortController()
  const begunAt = stage.clock.now()
  let handle: string | null = null
  const stop = (): void => controller.abort(new Error('stop'))
  const record: Call['record'] = async (name) => {
    handle = name
    if (stopsAtRecord) stop()
  }
  const ended = stage.apply('create', target, stage.inputs(target), stage.call({ signal: controller.signal, record })).then(
    () => undefined,
    () => undefined,
  )
  return { ended, stop, target: () => ({ ...target, handle, begunAt, making: true }) }
}

const slowMs = 3000

const slow = async (stage: Stage): Promise<void> => {
  await using _slow = (await stage.subject.world?.slowCreation?.(slowMs)) as AsyncDisposable
  const running = begin(stage, false)
  await stage.clock.sleep(slowMs / 10, new AbortController().signal)
  isPending(await stage.see(running.target()), stage)
  const lost = await stage.see({ ...running.target(), handle: null })
  assert.notEqual(lost.kind, 'absent', 'A creation whose handle was lost must not be absent while it may be running.')
  const { begunAt } = running.target()
  const removed = await stage.see({ ...stage.target(), begunAt })
  assert.equal(removed.kind, 'absent', 'The making of one object must not be taken for another one whose removal was cut off.')
  running.stop()
  await running.ended
  const done = await stage.apply('create', { ...running.target(), handle: null }, stage.inputs(running.target()))
  assert.equal((await stage.present({ ...running.target(), id: done.id })).id, done.id)
  await onlyOne(stage)
}

const isPending = (seen: Observation, stage: Stage): void => {
  assert.equal(seen.kind, 'pending', `A creation that is under way must be pending, not ${seen.kind}.`)
  if (seen.kind !== 'pending') return
  assert.ok(seen.since <= stage.clock.now() && seen.deadline > seen.since, 'A pending object must say since when and until when.')
  assert.notEqual(seen.handle, '', 'A pending object must have a handle.')
}

const dropped = async (stage: Stage): Promise<void> => {
  const made = await stage.make()
  {
    await using _gone = (await stage.subject.world?.disconnect?.()) as AsyncDisposable
    const fresh = stage.target()
    const why = 'A lost connection must be reported as transient, never as an answer.'
    await refused(['transient'], () => stage.handler.observe([known(made)], stage.call()), why)
    await refused(['transient'], () => stage.list(), why)
    await refused(['transient'], () => stage.handler.apply('create', fresh, stage.inputs(fresh), { kind: 'absent' }, stage.call()), why)
    await refused(['transient'], () => stage.handler.delete(known(made), { kind: 'absent' }, stage.call()), why)
  }
  await stage.present(known(made))
}
