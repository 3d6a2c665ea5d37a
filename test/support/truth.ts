import { expect } from 'vitest'
import type { Plan, Row } from '@forgeplan/model'
import { sameValue } from '@forgeplan/model'
import type { Lab } from '@forgeplan/testkit'
import { genuineMark, home, orphans, outputsOf, twins } from '@forgeplan/testkit'

/** What holds after every run, however it ended: no object without a row, none twice, and no row that lies. */
export const expectTruth = (lab: Lab, about = ''): void => {
  const state = lab.state()
  expect(
    orphans(lab.world, state).map(({ mark }) => mark),
    `orphans ${about}`,
  ).toEqual([])
  expect(twins(lab.world, state), `twins ${about}`).toEqual([])
  for (const row of state.rows.values()) expect(lieOf(lab, row), `row ${row.address} ${about}`).toBeNull()
}

// A live row says that its object is there with those inputs. What other people changed since then is no lie of ours,
// so tests that edit the world ask only after the next run.
const lieOf = (lab: Lab, row: Row): string | null => {
  if (row.phase.kind !== 'live') return null
  const object = lab.world.objects().find(({ uid }) => uid === row.uid)
  if (object === undefined) return 'it is live, and nothing stands'
  if (object.id !== row.id) return `it knows the object as ${row.id}, which is ${object.id}`
  if (genuineMark(object) === undefined) return 'its object carries no genuine mark'
  // Of what was moved away no more is seen than that.
  if (object.where !== home) return null
  return sameValue(outputsOf(object), row.outputs) ? null : 'its outputs are not those of the object'
}

/** Steps are a DAG whose edges are at most four times the steps; every change has one, and only changes have. */
export const expectSoundSteps = (plan: Plan): void => {
  const changed = plan.changes.filter(({ action }) => action !== 'keep').map(({ address }) => address)
  const stepped = new Set(plan.steps.flatMap((step) => (step.kind === 'gate' ? [] : [step.address])))
  expect([...stepped].toSorted()).toEqual(changed.toSorted())
  const after = new Map(plan.steps.map((step) => [step.id, step.after]))
  expect(after.size, 'step ids are unique').toBe(plan.steps.length)
  const edges = plan.steps.reduce((sum, step) => sum + step.after.length, 0)
  expect(edges).toBeLessThanOrEqual(4 * plan.steps.length)
  const done = new Set<string>()
  let left = [...plan.steps]
  while (left.length > 0) {
    const ready = left.filter((step) => step.after.every((id) => done.has(id)))
    expect(ready, `circle among ${left.map(({ id }) => id).join(', ')}`).not.toEqual([])
    for (const { id } of ready) done.add(id)
    left = left.filter(({ id }) => !done.has(id))
  }
  expect(
    plan.changes.map(({ address }) => address),
    'one change an address',
  ).toEqual([...new Set(plan.changes.map(({ address }) => address))])
}

/** What a plan would do, for messages and comparisons. */
export const doings = (plan: Plan): readonly string[] => [
  ...plan.renamed.map(({ from, to }) => `rename ${from} ${to}`),
  ...plan.changes.filter(({ action }) => action !== 'keep').map(({ action, address }) => `${action} ${address}`),
  ...plan.outputs.filter(({ action }) => action !== 'keep').map(({ action, name }) => `${action} output ${name}`),
]
