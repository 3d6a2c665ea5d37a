import assert from 'node:assert/strict'
import type { Named } from './apply-cases.ts'
import type { Stage } from './stage.ts'
import { known } from './stage.ts'

/** Deleting and looking: already gone is success, and every target gets an answer. */
export const deleteCases: readonly Named[] = [
  ['a deleted object is absent', gone],
  ['deleting twice is a success', twice],
  ['deleting what never was is a success', neverWas],
  ['deleting one object leaves the others', others],
  ['observing many targets at once answers for each', many],
]

async function gone(stage: Stage): Promise<void> {
  const made = await stage.make()
  await stage.delete(known(made))
  assert.deepEqual(await stage.see(known(made)), { kind: 'absent' }, 'A deleted object must be absent.')
  assert.deepEqual(await stage.list(), [], 'A deleted object must not be listed.')
}

async function twice(stage: Stage): Promise<void> {
  const made = await stage.make()
  const seen = await stage.see(known(made))
  await stage.handler.delete(known(made), seen, stage.call())
  await stage.handler.delete(known(made), seen, stage.call())
}

async function neverWas(stage: Stage): Promise<void> {
  await stage.delete(stage.target())
}

async function others(stage: Stage): Promise<void> {
  const [one, two] = [await stage.make(), await stage.make()]
  await stage.delete(known(one))
  await stage.present(known(two))
}

async function many(stage: Stage): Promise<void> {
  const made = [await stage.make(), await stage.make()]
  const missing = Array.from({ length: 50 }, () => stage.target())
  const answers = await stage.handler.observe([...made.map((one) => known(one)), ...missing], stage.call())
  for (const { target } of made) assert.equal(answers.get(target.uid)?.kind, 'present', 'A standing object must be present among many.')
  for (const target of missing) assert.equal(answers.get(target.uid)?.kind, 'absent', 'A missing object must be absent among many.')
  assert.equal((await stage.handler.observe([], stage.call())).size, 0, 'Nothing asked is nothing answered.')
}
