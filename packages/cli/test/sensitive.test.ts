import type { Output, State } from '@forgeplan/model'
import { late, stackName } from '@forgeplan/model'
import { emptyState } from '@forgeplan/planner'
import { expect, test } from 'vitest'
import { declaredOutputs, sensitiveOutputs } from '../src/line/sensitive.ts'

const state: State = { ...emptyState(stackName('lab')), outputs: { nothing: null, told: 7, marked: null, secret: null, unknown: null } }
const declared: readonly Output[] = [
  { name: 'nothing', value: null, sensitive: false },
  { name: 'told', value: 7, sensitive: false },
  { name: 'marked', value: 'x', sensitive: true },
  { name: 'secret', value: late({ kind: 'secret', source: 'env:TOKEN', digest: null }), sensitive: false },
]

test('An output is sensitive because of what the last run was configured with, and not because it is null', () => {
  expect([...sensitiveOutputs(state, declared)]).toEqual(['marked', 'secret', 'unknown'])
})

test('Where no run is known, what is null counts as sensitive', () => {
  expect([...sensitiveOutputs(state, declaredOutputs([]))]).toEqual(['nothing', 'marked', 'secret', 'unknown'])
})

test('What was declared is read from the last run, and nothing from what is no configuration', () => {
  const run = (config: string) => ({ config }) as Parameters<typeof declaredOutputs>[0][number]
  expect(declaredOutputs([run('{}'), run(JSON.stringify({ outputs: declared }))])).toEqual(declared)
  for (const config of ['', '{', 'null', '{"outputs":1}', '{"outputs":[1]}']) expect(declaredOutputs([run(config)])).toEqual([])
})
