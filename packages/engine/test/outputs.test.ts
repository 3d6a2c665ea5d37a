import type { Value } from '@forgeplan/model'
import { expect, test } from 'vitest'
import { Lab, unit } from './lab.ts'

const withOutput = (lab: Lab, value: Value) =>
  lab.desired([unit('group.web', { size: 1 })], { outputs: [{ name: 'x', value, sensitive: false }] })

test('An output that becomes null is null, and not what it was before', async () => {
  using lab = new Lab()
  await lab.apply(withOutput(lab, 'a'))
  await lab.apply(withOutput(lab, null))
  expect(lab.state.outputs).toEqual({ x: null })
})

test('An output whose function refuses what apply brought about keeps its last value', async () => {
  using lab = new Lab()
  await lab.apply(withOutput(lab, 7))
  const divided: Value = { $late: { kind: 'call', fn: 'divide', args: [1, 0] } }
  const end = await lab.apply(withOutput(lab, divided))
  expect([end.result, lab.state.outputs]).toEqual(['done', { x: 7 }])
})

test('A fault in an output is told and never taken for a value that is not known', async () => {
  using lab = new Lab()
  const plan = await lab.plan(withOutput(lab, 'a'))
  const faulty = { $late: { kind: 'call', fn: 'no-such-function', args: [] } } as never
  const end = await lab.perform({ ...plan, desired: withOutput(lab, faulty) })
  expect(end).toMatchObject({ result: 'failed', failure: { kind: 'internal' } })
})
